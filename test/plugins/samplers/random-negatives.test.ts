import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pool } from '../../../core/contract/index.js';
import { createPool } from '../../../core/data/pool.js';
import { randomNegatives } from '../../../plugins/samplers/random-negatives.js';
import {
  ascending,
  batchesOf,
  chiSquare,
  chiSquareLimit,
  counts,
  create,
  problemOf,
  range,
  sampling,
} from './drawing.js';
import { pairSamplerProperties } from './properties.js';

type Given = readonly (readonly [left: number, right: number, target: number])[];
const pool = (
  given: Given,
  parts: { size: number; rightSize: number; shared?: boolean; groups?: Int32Array; weight?: Float32Array },
) =>
  createPool({
    groups: null,
    ...parts,
    pairs: {
      left: Int32Array.from(given, ([left]) => left),
      right: Int32Array.from(given, ([, right]) => right),
      target: Float32Array.from(given, ([, , target]) => target),
      weight: parts.weight ?? null,
    },
  });

/** Right items that may stand beside a left one as a negative, found by asking of each. */
function free(given: Given, drawn: Pool, left: number): number[] {
  const matches = (right: number): boolean =>
    given.some(([a, b, target]) => target >= 0.5 && a === left && b === right) ||
    (drawn.shared && given.some(([a, b, target]) => target >= 0.5 && a === right && b === left)) ||
    (drawn.shared && (left === right || (drawn.groups[left]! >= 0 && drawn.groups[left] === drawn.groups[right])));
  return range(drawn.rightSize).filter((right) => !matches(right));
}

describe('random-negatives', () => {
  const towers = pool(
    range(20).map((i) => [i % 6, (i * 7) % 30, 1] as const),
    { size: 6, rightSize: 30 },
  );
  pairSamplerProperties(randomNegatives, { pool: towers, options: { perPositive: 2 }, batchSize: 9 });

  it('gives each positive once, its negatives beside it, none a known match, different where there are enough', () => {
    const pairs = fc.array(fc.tuple(fc.nat(7), fc.nat(9), fc.constantFrom(0, 0.4, 0.5, 1)), { maxLength: 40 });
    const grouping = fc.option(fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 10, maxLength: 10 }));
    fc.assert(
      fc.property(
        pairs,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 6, max: 20 }),
        grouping,
        (given, k, batchSize, codes) => {
          const shared = codes !== null;
          const drawn = pool(given, {
            size: 10,
            rightSize: 10,
            shared,
            ...(codes ? { groups: Int32Array.from(codes) } : {}),
          });
          const positives = given.filter(([, , target]) => target >= 0.5);
          if (positives.some(([left]) => free(given, drawn, left).length === 0)) {
            const all = () =>
              batchesOf(create(randomNegatives, { perPositive: k }).sample(drawn, sampling(0, batchSize)));
            expect(problemOf(all)).toMatch(/^SAMPLER random-negatives: a left item matches all 10 right items/);
            return;
          }
          const batches = batchesOf(create(randomNegatives, { perPositive: k }).sample(drawn, sampling(0, batchSize)));
          const seen: string[] = [];
          for (const { left, right, target } of batches) {
            expect(left.length % (1 + k)).toBe(0);
            for (let at = 0; at < left.length; at += 1 + k) {
              seen.push(`${left[at]} ${right[at]}`);
              expect(target!.slice(at, at + 1 + k)).toEqual([1, ...new Array<number>(k).fill(0)]);
              expect(new Set(left.slice(at, at + 1 + k)).size).toBe(1);
              const negatives = right.slice(at + 1, at + 1 + k);
              const allowed = free(given, drawn, left[at]!);
              for (const negative of negatives) expect(allowed).toContain(negative);
              if (allowed.length >= k) expect(new Set(negatives).size).toBe(k);
            }
          }
          expect(seen.sort()).toEqual(positives.map(([left, right]) => `${left} ${right}`).sort());
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it('draws every right item that is no match equally often', () => {
    const given: Given = [
      [0, 1, 1],
      [0, 4, 1],
      [0, 4, 1], // given twice, it is still one match
      [1, 0, 1],
    ];
    const tally = range(2).map(() => new Array<number>(6).fill(0));
    for (const epoch of range(3000)) {
      const drawn = pool(given, { size: 2, rightSize: 6 });
      for (const { left, right, target } of batchesOf(
        create(randomNegatives, { perPositive: 2 }).sample(drawn, sampling(epoch, 9)),
      )) {
        left.forEach((row, i) => {
          if (target![i] === 0) tally[row]![right[i]!]!++;
        });
      }
    }
    expect([tally[0]![1], tally[0]![4], tally[1]![0]]).toEqual([0, 0, 0]);
    expect(chiSquare(tally[0]!.filter((_, right) => right !== 1 && right !== 4))).toBeLessThan(chiSquareLimit(3));
    expect(chiSquare(tally[1]!.slice(1))).toBeLessThan(chiSquareLimit(4));
  });

  it('tells two tables of equal size from one table', () => {
    const given: Given = [[0, 1, 1]];
    const rights = (shared: boolean): number[] => {
      const drawn = pool(given, { size: 3, rightSize: 3, shared });
      const epochs = range(40).flatMap((epoch) =>
        batchesOf(create(randomNegatives, { perPositive: 1 }).sample(drawn, sampling(epoch, 2))),
      );
      return ascending(new Set(epochs.map(({ right }) => right[1]!)));
    };
    expect(rights(true)).toEqual([2]); // 0 is the left item itself, 1 its match
    expect(rights(false)).toEqual([0, 2]);
  });

  it('draws each batch by itself', () => {
    const drawn = pool(
      range(50).map((row) => [row, row, 1] as const),
      { size: 50, rightSize: 1000 },
    );
    const batches = batchesOf(create(randomNegatives).sample(drawn, sampling(0, 25)));
    const repeated = batches
      .slice(1)
      .flatMap(({ right }) => right.filter((row, i) => Math.abs(row - batches[0]!.right[i]!) < 2));
    expect(repeated.length).toBeLessThan(10); // of 180 negatives; by chance 1
  });

  it('weighs a bundle as its positive', () => {
    const given: Given = [
      [0, 0, 1],
      [1, 1, 0],
      [1, 2, 1],
    ];
    const drawn = pool(given, { size: 2, rightSize: 5, weight: Float32Array.of(3, 7, 0.5) });
    const [batch] = batchesOf(create(randomNegatives, { perPositive: 2 }).sample(drawn, sampling(0, 6)));
    expect(batch!.left.map((left, i) => [left, batch!.weight![i]]).sort()).toEqual([
      ...new Array(3).fill([0, 3]),
      ...new Array(3).fill([1, 0.5]),
    ]);
  });

  it('plans whole bundles', () => {
    const plan = (given: object, options = {}) =>
      create(randomNegatives, options).plan(counts({ pairs: 20, positives: 10, ...given }));
    expect(plan({ batchSize: 32 })).toEqual({ batches: 2, rows: 50, positives: 0.2 }); // six bundles of five in a batch
    expect(plan({ batchSize: 5 })).toEqual({ batches: 10, rows: 50, positives: 0.2 });
    expect(plan({ batchSize: 4 })).toEqual({
      problem: 'a positive and its 4 negatives take 5 rows; train.batchSize is 4',
    });
    expect(plan({ positives: 0 })).toEqual({ problem: 'none of the 20 given pairs is positive' });
    expect(plan({ pairs: 0, positives: 0 })).toEqual({ problem: 'there are no given pairs' });
  });
});
