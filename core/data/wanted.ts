import type { DataDescription, FieldPlans, Json } from '../contract/index.js';
import { columnsOfFields, planFields } from './fields.js';
import { takenColumns } from './fit-sides.js';
import type { DataRequest } from './open.js';
import { relationColumns } from './relate.js';

/**
 * The columns that a run will read of its items: those of the fields, and those by which the recipe relates or divides
 * them; what the source's own options name, it knows itself. null: all,
 * for given pairs and triplets, whose columns only their source knows. Errors: FIELD.
 */
export function wantedColumns({ sides, relation }: DataDescription, request: DataRequest): ReadonlySet<string> | null {
  if (!('items' in sides) || relation !== 'groups') return null;
  const taken = takenColumns(request);
  const fields =
    request.fitted === undefined
      ? planFields(sides.items.columns, request.fields as FieldPlans | null, taken)
      : columnsOfFields(request.fitted as Json);
  const named = [...request.columns, ...relationColumns(request.relations)];
  return new Set([...named, ...fields.flatMap(({ columns }) => columns.map(({ name }) => name))]);
}
