import type { Cols, Column, DataDescription, FieldPlans, Json, Table } from '../contract/index.js';
import type { DividedData } from './divide.js';
import { type FittedFields, fitFields, planFields, restoreFields } from './fields.js';
import type { DataRequest } from './open.js';
import { relationColumns } from './relate.js';

const BLOCK = 4096;

/** Fits the fields of each side on its training rows; one result for both sides of one table. */
export async function fitSides(
  { tables, selections }: DividedData,
  { sides }: DataDescription,
  request: DataRequest,
): Promise<{ readonly left: FittedFields; readonly right: FittedFields }> {
  const { train } = selections;
  if ('items' in sides) {
    const read = blocks(tables.left, train.left);
    const one = await fitSide(sides.items.columns, read, {
      plans: request.fields as FieldPlans | null,
      fitted: request.fitted,
      request,
    });
    return { left: one, right: one };
  }
  const plans = request.fields as { readonly left: FieldPlans; readonly right: FieldPlans } | null;
  const fitted = request.fitted as { readonly left: Json; readonly right: Json } | undefined;
  const side = (name: 'left' | 'right'): Promise<FittedFields> =>
    fitSide(sides[name].columns, blocks(tables[name], train[name]), {
      plans: plans?.[name] ?? null,
      fitted: fitted?.[name],
      request,
    });
  return { left: await side('left'), right: await side('right') };
}

/** Fitted on the rows that `read` gives, unless a finished run brings its own fit. */
export async function fitSide(
  columns: Readonly<Record<string, Column>>,
  read: AsyncIterable<Cols>,
  how: { readonly plans: FieldPlans | null; readonly fitted: Json | undefined; readonly request: DataRequest },
): Promise<FittedFields> {
  if (how.fitted !== undefined) return restoreFields(how.fitted);
  return fitFields(planFields(columns, how.plans, takenColumns(how.request)), read);
}

/** Columns that relate or divide the items are no inputs, unless a field names them. */
export function takenColumns(request: DataRequest): ReadonlySet<string> {
  return new Set([...request.columns, ...request.ownColumns, ...relationColumns(request.relations)]);
}

async function* blocks(table: Table, rows: Int32Array): AsyncIterable<Cols> {
  for (let start = 0; start < rows.length; start += BLOCK) yield await table.read(rows.subarray(start, start + BLOCK));
}
