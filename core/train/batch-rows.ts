import type { Batches, ItemRows, PairRows, Pool, TripletTable, Yields } from '../contract/index.js';
import { fail } from '../problem/index.js';

type Rows = PairRows | TripletTable | ItemRows;

/** What a sampler names rows of, by what it yields. */
const sidesOf: Readonly<Record<Yields, readonly string[]>> = {
  pairs: ['left', 'right'],
  triplets: ['anchor', 'positive', 'negative'],
  'labelled-batch': ['items'],
};

/**
 * Errors: PLUGIN_FAILED, where a sampler names no rows, such as the pool does not have, or as many on one side as not on
 * the other; where a target or weight is no number.
 */
export function requireRows(
  rows: Rows,
  { size, rightSize, yields }: Pick<Pool, 'size' | 'rightSize'> & { readonly yields: Yields },
): void {
  const sides = sidesOf[yields].map((name) => [name, rowsOf(rows, name)] as const);
  const [first, { length: count }] = sides[0]!;
  if (count === 0) refuse('an empty batch');
  for (const [name, of] of sides) {
    if (of.length !== count) refuse(`${count} rows of ${first} and ${of.length} of ${name} in one batch`);
    const most = name === 'right' ? rightSize : size;
    const wrong = of.find((row) => !(row >= 0 && row < most));
    if (wrong !== undefined)
      fail('PLUGIN_FAILED', `the sampler named the row ${wrong} of ${name}; the pool has the rows 0 to ${most - 1}`);
  }
  if (yields === 'pairs')
    for (const name of ['target', 'weight'] as const) requireValues(rows as PairRows, name, count);
}

function rowsOf(rows: Rows | undefined, name: string): Int32Array {
  const of = (rows as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (of instanceof Int32Array) return of;
  return refuse(`no rows of ${name} in a batch: it must be an Int32Array`);
}

/** null: they follow from the groups, or are all 1. */
function requireValues(rows: PairRows, name: 'target' | 'weight', count: number): void {
  const values = rows[name];
  if (values === null || (name === 'weight' && values === undefined)) return;
  if (!(values instanceof Float32Array)) refuse(`no ${name} in a batch: it must be a Float32Array or null`);
  if (values.length !== count) refuse(`${count} rows and ${values.length} values of ${name} in one batch`);
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) refuse(`the ${name} ${wrong} in a batch: it must be a finite number`);
}

/** The batches of a pool. Errors: PLUGIN_FAILED, where a sampler returns something else. */
export function requireBatches(batches: Batches<Yields> | undefined): Batches<Yields> {
  const count: unknown = batches?.count;
  if (batches && Number.isInteger(count) && batches.count >= 0 && typeof batches.batch === 'function') return batches;
  return refuse(`${batches ? `the count ${String(count)}` : 'nothing'}: sample must return { count, batch }`);
}

function refuse(what: string): never {
  return fail('PLUGIN_FAILED', `the sampler gave ${what}`);
}
