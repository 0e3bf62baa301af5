import { expect, it } from 'vitest';
import type { ItemRows, Pool, SamplerInstance } from '../../../core/contract/index.js';
import { createPool } from '../../../core/data/pool.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import type { Options } from '../../../core/plugin/view.js';
import { countsOf, create, range, sampling } from './drawing.js';

export const grouped = (groups: readonly number[], more: Partial<Parameters<typeof createPool>[0]> = {}): Pool =>
  createPool({ size: groups.length, groups: Int32Array.from(groups), ...more });

/** Groups of these sizes, numbered from 0, their items one after another. */
export const ofSizes = (...sizes: readonly number[]): number[] =>
  sizes.flatMap((size, group) => range(size).map(() => group));

export const createLabelled = (plugin: Plugin<'sampler'>, options: Options = {}): SamplerInstance<'labelled-batch'> =>
  create(plugin, options) as unknown as SamplerInstance<'labelled-batch'>;

export interface Asked {
  readonly pool: Pool;
  readonly options?: Options;
  readonly batchSize: number;
}

/** Items of every batch of one epoch. */
export function itemsOf(plugin: Plugin<'sampler'>, asked: Asked, epoch = 0, seed = 7): number[][] {
  const { pool, options, batchSize } = asked;
  const batches = createLabelled(plugin, options).sample(pool, sampling(epoch, batchSize, seed));
  return range(batches.count).map((index) => [...batches.batch(index).items]);
}

export const tally = (values: readonly number[], size: number): number[] => {
  const counts = new Array<number>(size).fill(0);
  for (const value of values) counts[value] = counts[value]! + 1;
  return counts;
};

/** What holds for every sampler of labelled batches, on a pool that it can draw from. */
export function labelledSamplerProperties(plugin: Plugin<'sampler'>, asked: Asked): void {
  const { pool, options, batchSize } = asked;

  it('is a valid plugin', () => expect(faultsOf(plugin, 'siamese')).toEqual([]));

  it('answers any batch in any order with the same rows', () => {
    const forward = itemsOf(plugin, asked);
    const batches = createLabelled(plugin, options).sample(pool, sampling(0, batchSize));
    const backward = range(batches.count)
      .reverse()
      .map((index): ItemRows => batches.batch(index))
      .reverse();
    expect(backward.map(({ items }) => [...items])).toEqual(forward);
    expect([...batches.batch(0).items]).toEqual(forward[0]);
  });

  it('draws afresh for another epoch and another seed, and the same for the same', () => {
    const first = itemsOf(plugin, asked);
    expect(itemsOf(plugin, asked)).toEqual(first);
    expect(itemsOf(plugin, asked, 1)).not.toEqual(first);
    expect(itemsOf(plugin, asked, 0, 8)).not.toEqual(first);
  });

  it('keeps its plan, and draws items of groups alone', () => {
    const planned = createLabelled(plugin, options).plan(countsOf(pool, batchSize));
    const drawn = itemsOf(plugin, asked);
    expect(planned).toMatchObject({ batches: drawn.length, rows: drawn.flat().length });
    expect(drawn.flat().every((row) => pool.groups[row]! >= 0)).toBe(true);
  });
}
