import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pool, SamplerInstance } from '../../../core/contract/index.js';
import { createPool } from '../../../core/data/pool.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import type { Options } from '../../../core/plugin/view.js';
import { randomTriplets } from '../../../plugins/samplers/random-triplets.js';
import { ascending, chiSquare, chiSquareLimit, counts, create, problemOf, range, sampling } from './drawing.js';

const pool = (...groups: number[]) => createPool({ size: groups.length, groups: Int32Array.from(groups) });
const sampler = (options?: Options) => create(randomTriplets, options) as unknown as SamplerInstance<'triplets'>;

interface Drawn {
  readonly epoch?: number;
  readonly batchSize?: number;
  readonly seed?: number;
  readonly options?: Options;
}
/** Triplets of an epoch, batch by batch. */
function drawn(from: Pool, { epoch = 0, batchSize = 4, seed = 7, options = {} }: Drawn = {}): number[][][] {
  const batches = sampler(options).sample(from, sampling(epoch, batchSize, seed));
  return range(batches.count).map((index) => {
    const { anchor, positive, negative } = batches.batch(index);
    return [...anchor].map((row, i) => [row, positive[i]!, negative[i]!]);
  });
}

describe('random-triplets', () => {
  it('is a valid plugin', () => expect(faultsOf(randomTriplets, 'siamese')).toEqual([]));

  it('draws each item that has a positive once as the anchor, its positive and negative as the groups say', () => {
    const groups = fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 40 });
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 9 }), fc.nat(99), (codes, batchSize, seed) => {
        const given = [0, 0, 1, ...codes];
        const partnered = range(given.length).filter(
          (row) => given[row]! >= 0 && given.filter((group) => group === given[row]).length > 1,
        );
        const batches = drawn(pool(...given), { batchSize, seed });
        expect(ascending(batches.flat().map(([anchor]) => anchor!))).toEqual(partnered);
        expect(new Set(batches.slice(0, -1).map(({ length }) => length)).size).toBeLessThanOrEqual(1);
        for (const [anchor, positive, negative] of batches.flat() as [number, number, number][]) {
          expect([given[positive], anchor === positive]).toEqual([given[anchor], false]);
          expect(given[negative]).toBeGreaterThanOrEqual(0);
          expect(given[negative]).not.toBe(given[anchor]);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('meets every positive and every negative equally often', () => {
    const all = range(3000).flatMap((epoch) => drawn(pool(0, 0, 0, 1, 1, 2), { epoch }).flat());
    const ofFirst = all.filter(([anchor]) => anchor === 0);
    const times = (side: number) => range(6).map((row) => ofFirst.filter((triplet) => triplet[side] === row).length);
    expect(times(1)).toEqual([0, expect.any(Number), expect.any(Number), 0, 0, 0]);
    expect(chiSquare(times(1).slice(1, 3))).toBeLessThan(chiSquareLimit(1));
    expect(times(2).slice(0, 3)).toEqual([0, 0, 0]);
    expect(chiSquare(times(2).slice(3))).toBeLessThan(chiSquareLimit(2));
  });

  it('answers any batch in any order, the same for a seed and an epoch', () => {
    const from = pool(...range(30).map((row) => row % 4));
    const batches = sampler().sample(from, sampling(0, 4));
    const last = batches.batch(batches.count - 1);
    expect([...last.anchor].map((row, i) => [row, last.positive[i], last.negative[i]])).toEqual(drawn(from).at(-1));
    expect(drawn(from)).toEqual(drawn(from));
    expect(drawn(from, { epoch: 1 })).not.toEqual(drawn(from));
    expect(drawn(from, { seed: 8 })).not.toEqual(drawn(from));
  });

  it('draws impostors of the own group as negatives, by their share', () => {
    const forged = createPool({
      size: 8,
      groups: Int32Array.of(0, 0, 1, 1, -1, -1, -1, -1),
      impostorOf: Int32Array.of(-1, -1, -1, -1, 0, 0, -1, -1),
    });
    const negatives = (impostors: number, group: readonly number[]) =>
      range(400)
        .flatMap((epoch) => drawn(forged, { epoch, options: { impostors } }).flat())
        .filter(([anchor]) => group.includes(anchor!))
        .map(([, , negative]) => negative!);
    expect(new Set(negatives(1, [0, 1]))).toEqual(new Set([4, 5]));
    expect(new Set(negatives(1, [2, 3]))).toEqual(new Set([0, 1])); // this group has none
    expect(new Set(negatives(0, [0, 1]))).toEqual(new Set([2, 3]));
    const share = negatives(0.25, [0, 1]).filter((row) => row > 3).length / 800;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.3);
  });

  it('draws positives of another value of a column alone', () => {
    const across = createPool({
      size: 6,
      groups: Int32Array.of(0, 0, 0, 1, 1, 1),
      column: () => Int32Array.of(0, 0, 1, 0, 0, 0),
    });
    const triplets = range(20).flatMap((epoch) => drawn(across, { epoch, options: { positivesAcross: 'x' } }).flat());
    expect(new Set(triplets.map(([a, p]) => `${a} ${p}`))).toEqual(new Set(['0 2', '1 2', '2 0', '2 1']));
  });

  it('counts before the run, and says why it cannot', () => {
    const plan = (...sizes: number[]) =>
      sampler().plan(counts({ items: sizes.reduce((a, b) => a + b, 0), groupSizes: Int32Array.from(sizes) }));
    expect(plan(3, 1, 4)).toEqual({ batches: 2, rows: 7, positives: null });
    expect(plan(6)).toHaveProperty('problem', expect.stringContaining('all 6 items are of one group'));
    expect(plan(1, 1)).toHaveProperty('problem', expect.stringContaining('all 2 groups are too small'));
    expect(problemOf(() => sampler().sample(pool(0, 0), sampling(0, 2)))).toMatch(
      /^SAMPLER all 2 items are of one group/,
    );
  });
});
