import type { ItemRows, PairRows, Pool, TripletTable } from '../contract/index.js';
import { fail } from '../problem/index.js';

type Rows = PairRows | TripletTable | ItemRows;

/** Errors: PLUGIN_FAILED, where a sampler names rows that the pool does not have, or as many on one side as not on the other. */
export function requireRows(rows: Rows, { size, rightSize }: Pick<Pool, 'size' | 'rightSize'>): void {
  const sides = Object.entries(rows).filter(([name]) => name !== 'weight' && name !== 'target') as [
    string,
    Int32Array,
  ][];
  const [first, count] = [sides[0]![0], sides[0]![1].length];
  for (const [name, of] of sides) {
    if (of.length !== count) {
      fail('PLUGIN_FAILED', `the sampler gave ${count} rows of ${first} and ${of.length} of ${name} in one batch`);
    }
    const most = name === 'right' ? rightSize : size;
    const wrong = of.find((row) => !(row >= 0 && row < most));
    if (wrong !== undefined) {
      fail('PLUGIN_FAILED', `the sampler named the row ${wrong} of ${name}; the pool has the rows 0 to ${most - 1}`);
    }
  }
  for (const name of ['target', 'weight'] as const) {
    const values = name in rows ? (rows as PairRows)[name] : null;
    if (values && values.length !== count)
      fail('PLUGIN_FAILED', `the sampler gave ${count} rows and ${values.length} values of ${name} in one batch`);
  }
}
