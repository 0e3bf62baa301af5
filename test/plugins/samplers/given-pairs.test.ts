import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPool } from '../../../core/data/pool.js';
import { view } from '../../../core/plugin/view.js';
import { givenPairs } from '../../../plugins/samplers/given-pairs.js';
import { ascending, batchesOf, chiSquare, chiSquareLimit, counts, create, range, sampling } from './drawing.js';
import { pairSamplerProperties } from './properties.js';

/** Pair i has the target i and, if asked for, the weight i/2: so that a row tells which pair it is. */
const pool = (pairs: readonly (readonly [number, number])[], weighted = false) =>
  createPool({
    size: 40,
    rightSize: 50,
    groups: null,
    pairs: {
      left: Int32Array.from(pairs, ([left]) => left),
      right: Int32Array.from(pairs, ([, right]) => right),
      target: Float32Array.from(pairs, (_, i) => i),
      weight: weighted ? Float32Array.from(pairs, (_, i) => i / 2) : null,
    },
  });
const some = fc.array(fc.tuple(fc.nat(39), fc.nat(6)), { minLength: 1, maxLength: 60 });

describe('given-pairs', () => {
  pairSamplerProperties(givenPairs, { pool: pool(range(30).map((i) => [i, i] as const)), batchSize: 7 });

  it('gives every pair once, with its target and weight', () => {
    fc.assert(
      fc.property(some, fc.boolean(), fc.integer({ min: 1, max: 9 }), (pairs, weighted, batchSize) => {
        const batches = batchesOf(create(givenPairs).sample(pool(pairs, weighted), sampling(0, batchSize)));
        const seen = batches.flatMap(({ left, right, target, weight }) =>
          target!.map((pair, i) => {
            expect([left[i], right[i], weight?.[i] ?? null]).toEqual([...pairs[pair]!, weighted ? pair / 2 : null]);
            return pair;
          }),
        );
        expect(ascending(seen)).toEqual(range(pairs.length));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('plans from the counts of pairs', () => {
    expect(create(givenPairs).plan(counts({ pairs: 9, positives: 3 }))).toEqual({
      batches: 3,
      rows: 9,
      positives: 1 / 3,
    });
    expect(create(givenPairs).plan(counts({}))).toEqual({ problem: 'there are no given pairs' });
    expect(view(givenPairs)).toMatchObject({ from: 'pairs', yields: 'pairs', streams: true });
  });

  describe.each(['right', 'left'] as const)('unique: %s', (side) => {
    it('holds no item twice in a batch, and as many pairs of it as there are batches', () => {
      fc.assert(
        fc.property(some, fc.integer({ min: 1, max: 9 }), fc.nat(50), (pairs, batchSize, epoch) => {
          const turned = side === 'right' ? pairs : pairs.map(([left, right]) => [right, left] as const);
          const sampler = create(givenPairs, { unique: side });
          const batches = batchesOf(sampler.sample(pool(turned), sampling(epoch, batchSize)));
          expect(batches.length).toBe(Math.ceil(pairs.length / batchSize));
          expect(sampler.plan(counts({ pairs: pairs.length, batchSize }))).toEqual({
            batches: batches.length,
            positives: 0,
          });
          for (const batch of batches) expect(new Set(batch[side]).size).toBe(batch[side].length);
          const sizes = batches.map(({ left }) => left.length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          const used = batches.flatMap(({ target }) => target!);
          expect(new Set(used).size).toBe(used.length);
          for (const item of range(7)) {
            const all = range(pairs.length).filter((pair) => pairs[pair]![1] === item);
            expect(used.filter((pair) => all.includes(pair)).length).toBe(Math.min(all.length, batches.length));
          }
        }),
        { seed: 1, numRuns: 200 },
      );
    });
  });

  it('does not bring the pairs of an item into neighbouring batches', () => {
    const pairs = range(40).map((i) => [i, i < 2 ? 0 : i] as const); // two pairs with item 0, ten batches
    const apart = range(1000).map((epoch) => {
      const batches = batchesOf(create(givenPairs, { unique: 'right' }).sample(pool(pairs), sampling(epoch, 4)));
      const [first, second] = range(10).filter((index) => batches[index]!.right.includes(0));
      return second! - first!;
    });
    expect(Math.abs(apart.filter((batches) => batches === 1).length - 200)).toBeLessThan(50); // 9 of 45; deviation 12.6
  });

  it('uses the pairs of an item that has too many equally often, and at any time of the epoch', () => {
    // 12 pairs, 6 of them with item 0: two batches of six can hold two of these
    const pairs = range(12).map((i) => [i, i < 6 ? 0 : i] as const);
    const used = new Array<number>(6).fill(0);
    const batch = new Array<number>(2).fill(0);
    for (const epoch of range(2000)) {
      const batches = batchesOf(create(givenPairs, { unique: 'right' }).sample(pool(pairs), sampling(epoch, 6)));
      for (const [index, { target }] of batches.entries()) {
        for (const pair of target!) if (pair < 6) used[pair]!++;
        if (target!.includes(7)) batch[index]!++;
      }
    }
    expect(used.reduce((sum, count) => sum + count, 0)).toBe(4000);
    expect(chiSquare(used)).toBeLessThan(chiSquareLimit(5));
    expect(chiSquare(batch)).toBeLessThan(chiSquareLimit(1));
  });
});
