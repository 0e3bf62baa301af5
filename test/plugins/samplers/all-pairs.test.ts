import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPool } from '../../../core/data/pool.js';
import { allPairs } from '../../../plugins/samplers/all-pairs.js';
import { batchOf, chiSquare, chiSquareLimit, counts, countsOf, create, range, rowsOf, sampling } from './drawing.js';
import { pairSamplerProperties } from './properties.js';

const pool = (...groups: number[]) => createPool({ size: groups.length, groups: Int32Array.from(groups) });
const name = (left: number, right: number): string => `${Math.min(left, right)} ${Math.max(left, right)}`;

describe('all-pairs', () => {
  pairSamplerProperties(allPairs, { pool: pool(...range(13).map((row) => row % 3)), batchSize: 8 });

  it('gives every unordered pair of items that have a group exactly once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(99),
        (codes, batchSize, seed) => {
          const rows = rowsOf(create(allPairs).sample(pool(...codes), sampling(0, batchSize, seed)));
          const grouped = range(codes.length).filter((row) => codes[row]! >= 0);
          const wanted = grouped.flatMap((left) =>
            grouped.filter((right) => right > left).map((right) => name(left, right)),
          );
          expect(rows.map(([left, right]) => name(left, right)).sort()).toEqual(wanted.sort());
          expect(rows.every(([, , target]) => target === null)).toBe(true);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  it('puts every pair at every place, and every item on either side, equally often', () => {
    const places = new Array<number>(100).fill(0); // pair by place
    const onLeft = new Array<number>(5).fill(0);
    const numbers = new Map(
      ['0 1', '0 2', '0 3', '0 4', '1 2', '1 3', '1 4', '2 3', '2 4', '3 4'].map((pair, i) => [pair, i]),
    );
    for (const epoch of range(4000)) {
      for (const [place, [left, right]] of rowsOf(
        create(allPairs).sample(pool(0, 0, 1, 1, 2), sampling(epoch, 4)),
      ).entries()) {
        places[numbers.get(name(left, right))! * 10 + place]!++;
        onLeft[left]!++;
      }
    }
    for (const pair of range(10))
      expect(chiSquare(places.slice(pair * 10, pair * 10 + 10))).toBeLessThan(chiSquareLimit(9));
    expect(chiSquare(onLeft)).toBeLessThan(chiSquareLimit(4));
  });

  it('draws batches of billions of pairs without holding them', () => {
    const many = createPool({ size: 60_000, groups: Int32Array.from({ length: 60_000 }, (_, row) => row % 10) });
    const batches = create(allPairs).sample(many, sampling(0, 512));
    expect(batches.count).toBe(Math.ceil((60_000 * 59_999) / 2 / 512));
    const seen = new Set<string>();
    for (const index of [0, 1, 1_000_000, batches.count - 2, batches.count - 1]) {
      const { left, right } = batchOf(batches, index);
      left.forEach((row, i) => {
        expect(row).not.toBe(right[i]);
        seen.add(name(row, right[i]!));
      });
    }
    expect(seen.size).toBe(4 * 512 + ((60_000 * 59_999) / 2 - 512 * (batches.count - 1)));
    const positives = [...seen].filter((pair) =>
      pair.split(' ').every((row, _, all) => Number(row) % 10 === Number(all[0]) % 10),
    );
    expect(Math.abs(positives.length / seen.size - 0.1)).toBeLessThan(0.03); // deviation 0.006
  });

  it('plans the number of pairs and their share of positives', () => {
    const plan = (...sizes: number[]) => create(allPairs).plan(counts({ groupSizes: Int32Array.from(sizes) }));
    expect(plan(2, 2)).toEqual({ batches: 2, rows: 6, positives: 2 / 6 });
    expect(plan(3)).toHaveProperty(
      'problem',
      'all 3 items are of one group; a negative pair needs at least two groups',
    );
    expect(create(allPairs).plan(countsOf(pool(0, 0, 1, -1), 2))).toEqual({ batches: 2, rows: 3, positives: 1 / 3 });
  });
});
