import { describe, expect, it } from 'vitest';
import { shuffled } from '../../../plugins/samplers/shuffled.js';
import { ascending, chiSquare, chiSquareLimit, counts, range } from './drawing.js';
import { createLabelled, grouped, itemsOf, labelledSamplerProperties } from './labelled.js';

describe('shuffled', () => {
  const pool = grouped([0, 1, 2, -1, 0, 1, 2, 0, 1, 2, 0], {
    impostorOf: Int32Array.of(-1, -1, -1, 2, -1, -1, -1, -1, -1, -1, -1),
  });
  labelledSamplerProperties(shuffled, { pool, batchSize: 4 });

  it('draws each item of a group once, the last batch what remains', () => {
    const batches = itemsOf(shuffled, { pool, batchSize: 4 });
    expect(batches.map(({ length }) => length)).toEqual([4, 4, 2]);
    expect(ascending(batches.flat())).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('puts every item at every place equally often', () => {
    const first = new Array<number>(11).fill(0);
    for (const epoch of range(3000)) first[itemsOf(shuffled, { pool, batchSize: 4 }, epoch)[0]![0]!]!++;
    expect(first[3]).toBe(0);
    expect(chiSquare(first.filter((_, row) => row !== 3))).toBeLessThan(chiSquareLimit(9));
  });

  it('counts before the run, and refuses what has nothing to tell apart', () => {
    const plan = (...sizes: number[]) =>
      createLabelled(shuffled).plan(counts({ groupSizes: Int32Array.from(sizes), batchSize: 4 }));
    expect(plan(4, 3, 3)).toEqual({ batches: 3, rows: 10, positives: 12 / 45 });
    expect(plan(1, 1)).toEqual({ batches: 1, rows: 2, positives: 0 });
    expect(plan(5)).toEqual({ problem: 'all 5 items are of one group; a negative pair needs at least two groups' });
    expect(plan()).toEqual({ problem: 'no item has a group, and pairs are told apart by comparing groups' });
  });
});
