import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPool } from '../../../core/data/pool.js';
import { randomPairs } from '../../../plugins/samplers/random-pairs.js';
import { ascending, batchesOf, chiSquare, chiSquareLimit, counts, create, range, rowsOf, sampling } from './drawing.js';
import { pairSamplerProperties } from './properties.js';

const pool = (...groups: number[]) => createPool({ size: groups.length, groups: Int32Array.from(groups) });

describe('random-pairs', () => {
  pairSamplerProperties(randomPairs, { pool: pool(...range(50).map((row) => row % 3)), batchSize: 8 });

  it('draws each item that has a group once as the left, never with itself, and leaves the target to the groups', () => {
    const groups = fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 40 });
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 9 }), fc.nat(99), (codes, batchSize, seed) => {
        const rows = rowsOf(create(randomPairs).sample(pool(...codes), sampling(0, batchSize, seed)));
        const grouped = range(codes.length).filter((row) => codes[row]! >= 0);
        expect(ascending(rows.map(([left]) => left))).toEqual(grouped.length < 2 ? [] : grouped);
        for (const [left, right, target] of rows) {
          expect(grouped).toContain(right);
          expect([left === right, target]).toEqual([false, null]);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('meets every other item equally often', () => {
    const tally = new Array<number>(36).fill(0);
    for (const epoch of range(3000)) {
      for (const [left, right] of rowsOf(create(randomPairs).sample(pool(0, 1, 0, 1, 2, 2), sampling(epoch, 4)))) {
        tally[left * 6 + right]!++;
      }
    }
    const others = tally.filter((_, pair) => pair % 7 !== 0);
    expect(tally.filter((_, pair) => pair % 7 === 0)).toEqual(new Array(6).fill(0));
    expect(chiSquare(others)).toBeLessThan(chiSquareLimit(29));
  });

  it('draws each batch by itself', () => {
    const batches = batchesOf(create(randomPairs).sample(pool(...range(400).map((row) => row % 2)), sampling(0, 20)));
    const repeated = batches
      .slice(1)
      .flatMap(({ right }) => right.filter((row, i) => Math.abs(row - batches[0]!.right[i]!) < 2));
    expect(repeated.length).toBeLessThan(15); // of 380; by chance 3
  });

  it('expects the share of positives that the sizes of the groups give', () => {
    const plan = (...sizes: number[]) => create(randomPairs).plan(counts({ groupSizes: Int32Array.from(sizes) }));
    expect(plan(2, 2)).toEqual({ batches: 1, rows: 4, positives: 1 / 3 }); // each item: one of three others
    expect(plan(3, 1, 5)).toEqual({ batches: 3, rows: 9, positives: (3 * 2 + 5 * 4) / (9 * 8) });
    expect(plan(6)).toHaveProperty(
      'problem',
      'all 6 items are of one group; a negative pair needs at least two groups',
    );
    expect(plan(1, 1)).toHaveProperty(
      'problem',
      'all 2 groups are too small: each has a single item, and a positive pair needs a group with two',
    );
  });
});
