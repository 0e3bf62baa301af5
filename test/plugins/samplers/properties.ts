import { expect, it } from 'vitest';
import type { Pool } from '../../../core/contract/index.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import type { Options } from '../../../core/plugin/view.js';
import { batchesOf, batchOf, countsOf, create, range, sampling } from './drawing.js';

/** What holds for every sampler of pairs, on a pool that it can draw from. */
export function pairSamplerProperties(
  plugin: Plugin<'sampler'>,
  { pool, options = {}, batchSize }: { readonly pool: Pool; readonly options?: Options; readonly batchSize: number },
): void {
  const open = (epoch: number, seed = 7) => create(plugin, options).sample(pool, sampling(epoch, batchSize, seed));

  it('is a valid plugin', () => {
    expect(faultsOf(plugin, 'siamese')).toEqual([]);
  });

  it('answers any batch in any order with the same rows', () => {
    const forward = batchesOf(open(0));
    const batches = open(0);
    const backward = range(batches.count)
      .reverse()
      .map((index) => batchOf(batches, index))
      .reverse();
    expect(backward).toEqual(forward);
    expect(batchOf(open(0), batches.count - 1)).toEqual(forward.at(-1));
  });

  it('draws afresh for another epoch and another seed', () => {
    const first = batchesOf(open(0));
    expect(batchesOf(open(1))).not.toEqual(first);
    expect(batchesOf(open(0, 8))).not.toEqual(first);
  });

  it('keeps its plan: batches, rows and full batches but the last', () => {
    const planned = create(plugin, options).plan(countsOf(pool, batchSize));
    const sizes = batchesOf(open(0)).map(({ left }) => left.length);
    expect(planned).toMatchObject({ batches: sizes.length });
    if ('rows' in planned) expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(planned.rows);
    expect(new Set(sizes.slice(0, -1)).size).toBeLessThanOrEqual(1);
    expect(sizes.at(-1)).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(batchSize);
  });
}
