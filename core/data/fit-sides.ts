import type { Cols, Column, DataDescription, FieldPlan, FieldPlans, Json, Table } from '../contract/index.js';
import type { DividedData } from './divide.js';
import { type FieldSpec, type FittedFields, fitFields, planFields, restoreFields } from './fields.js';
import type { DataRequest } from './open.js';
import { relationColumns } from './relate.js';

const BLOCK = 4096;

interface FittedSides {
  readonly left: FittedFields;
  readonly right: FittedFields;
}

/**
 * Fits the fields of each side on its training rows. One result for both sides of one table, and of two tables whose fields
 * are the same: one encoder may then take either, and their vocabularies and statistics must be one.
 */
export async function fitSides(
  { tables, selections }: DividedData,
  { sides }: DataDescription,
  request: DataRequest,
): Promise<FittedSides> {
  const { train } = selections;
  const rows = (side: 'left' | 'right'): AsyncIterable<Cols> => blocks(tables[side], train[side]);
  if ('items' in sides) {
    const how = { plans: request.fields as FieldPlans | null, fitted: request.fitted, request };
    return both(await fitSide(sides.items.columns, rows('left'), how));
  }
  if (request.fitted !== undefined) return restoreSides(request.fitted);
  const plans = plansOf(request.fields);
  const taken = takenColumns(request);
  const [left, right] = [
    planFields(sides.left.columns, plans.left, taken),
    planFields(sides.right.columns, plans.right, taken),
  ];
  if (sameFields(left, right)) return both(await fitFields(left, oneAfterAnother(rows('left'), rows('right'))));
  return { left: await fitFields(left, rows('left')), right: await fitFields(right, rows('right')) };
}

const both = (one: FittedFields): FittedSides => ({ left: one, right: one });

/** Fields as a finished run saved them: of both sides, or one for both. Errors: RUN_FOLDER. */
export function restoreSides(fitted: Json): FittedSides {
  const sides = fitted as { readonly left?: Json; readonly right?: Json } | null;
  if (sides?.left === undefined || sides.right === undefined) return both(restoreFields(fitted));
  return { left: restoreFields(sides.left), right: restoreFields(sides.right) };
}

const sameFields = (left: readonly FieldSpec[], right: readonly FieldSpec[]): boolean =>
  JSON.stringify(left) === JSON.stringify(right);

/** Fields without sides are those of both. */
function plansOf(fields: DataRequest['fields']): {
  readonly left: FieldPlans | null;
  readonly right: FieldPlans | null;
} {
  if (fields === null) return { left: null, right: null };
  const sided = fields as { readonly left?: FieldPlans | FieldPlan; readonly right?: FieldPlans | FieldPlan };
  const isSided = [sided.left, sided.right].every((side) => side !== undefined && !isField(side));
  return isSided
    ? (fields as { readonly left: FieldPlans; readonly right: FieldPlans })
    : { left: fields as FieldPlans, right: fields as FieldPlans };
}

/** A field has a kind, or null for it; a side has fields. */
const isField = (one: FieldPlans | FieldPlan): one is FieldPlan =>
  'kind' in one && (one.kind === null || typeof one.kind === 'string');

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

async function* oneAfterAnother(...all: readonly AsyncIterable<Cols>[]): AsyncIterable<Cols> {
  for (const each of all) yield* each;
}
