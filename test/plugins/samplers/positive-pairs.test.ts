import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPool } from '../../../core/data/pool.js';
import { positivePairs } from '../../../plugins/samplers/positive-pairs.js';
import { ascending, chiSquare, chiSquareLimit, counts, create, problemOf, range, rowsOf, sampling } from './drawing.js';
import { pairSamplerProperties } from './properties.js';

const pool = (...groups: number[]) => createPool({ size: groups.length, groups: Int32Array.from(groups) });

describe('positive-pairs', () => {
  pairSamplerProperties(positivePairs, { pool: pool(...range(50).map((row) => row % 7)), batchSize: 8 });

  it('draws each item that has a positive once as the left, beside another of its group, all with target 1', () => {
    const groups = fc.array(fc.integer({ min: -1, max: 5 }), { minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 9 }), fc.nat(99), (codes, batchSize, seed) => {
        const given = [0, 0, 1, ...codes];
        const partnered = range(given.length).filter(
          (row) => given[row]! >= 0 && given.filter((group) => group === given[row]).length > 1,
        );
        const rows = rowsOf(create(positivePairs).sample(pool(...given), sampling(0, batchSize, seed)));
        expect(ascending(rows.map(([left]) => left))).toEqual(partnered);
        for (const [left, right, target] of rows) {
          expect([given[right], left === right, target]).toEqual([given[left], false, 1]);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('meets every other member of the group equally often', () => {
    const tally = new Array<number>(25).fill(0);
    for (const epoch of range(2000)) {
      const rows = rowsOf(create(positivePairs).sample(pool(0, 0, 0, 0, 1), sampling(epoch, 3)));
      for (const [left, right] of rows) tally[left * 5 + right]!++;
    }
    const pairs = range(25).filter((pair) => pair % 6 !== 0 && pair % 5 !== 4 && pair < 20);
    expect(pairs.reduce((sum, pair) => sum + tally[pair]!, 0)).toBe(8000);
    expect(chiSquare(pairs.map((pair) => tally[pair]!))).toBeLessThan(chiSquareLimit(11));
  });

  it('draws positives of another value of a column alone', () => {
    const across = createPool({
      size: 7,
      groups: Int32Array.of(0, 0, 0, 1, 1, 1, 1),
      column: () => Int32Array.of(0, 0, 1, 0, 0, 0, 0),
    });
    const sampler = create(positivePairs, { positivesAcross: 'session' });
    const rows = range(20).flatMap((epoch) => rowsOf(sampler.sample(across, sampling(epoch, 4))));
    expect(new Set(rows.map(([left, right]) => `${left} ${right}`))).toEqual(new Set(['0 2', '1 2', '2 0', '2 1']));
  });

  it('counts before the run, and says why it cannot', () => {
    const plan = (...sizes: number[]) =>
      create(positivePairs).plan(counts({ items: 9, groupSizes: Int32Array.from(sizes) }));
    expect(plan(3, 1, 4)).toEqual({ batches: 2, rows: 7, positives: 1 });
    expect(plan(6)).toHaveProperty('problem', expect.stringContaining('all 6 items are of one group'));
    expect(plan(1, 1)).toHaveProperty('problem', expect.stringContaining('all 2 groups are too small'));
    expect(problemOf(() => create(positivePairs).sample(pool(0, 1, 2), sampling(0, 2)))).toMatch(
      /^SAMPLER all 3 groups/,
    );
  });
});
