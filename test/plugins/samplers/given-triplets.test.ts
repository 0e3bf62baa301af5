import { describe, expect, it } from 'vitest';
import type { SamplerInstance } from '../../../core/contract/index.js';
import { createPool } from '../../../core/data/pool.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import { givenTriplets } from '../../../plugins/samplers/given-triplets.js';
import { chiSquare, chiSquareLimit, counts, create, range, sampling } from './drawing.js';

const triplets = {
  anchor: Int32Array.of(0, 1, 2, 3, 4, 5, 6),
  positive: Int32Array.of(1, 2, 3, 4, 5, 6, 0),
  negative: Int32Array.of(7, 7, 8, 8, 9, 9, 9),
};
const pool = createPool({ size: 10, groups: null, triplets });
const open = (epoch: number, seed = 7) =>
  (create(givenTriplets) as unknown as SamplerInstance<'triplets'>).sample(pool, sampling(epoch, 3, seed));
const drawn = (epoch: number, seed = 7): string[][] => {
  const batches = open(epoch, seed);
  return range(batches.count).map((index) => {
    const { anchor, positive, negative } = batches.batch(index);
    return [...anchor].map((row, i) => `${row} ${positive[i]} ${negative[i]}`);
  });
};

describe('given-triplets', () => {
  it('is a valid plugin', () => expect(faultsOf(givenTriplets, 'siamese')).toEqual([]));

  it('draws each triplet once as it is given, the last batch what remains', () => {
    const batches = drawn(0);
    expect(batches.map(({ length }) => length)).toEqual([3, 3, 1]);
    const given = range(7).map((i) => `${triplets.anchor[i]} ${triplets.positive[i]} ${triplets.negative[i]}`);
    expect(batches.flat().sort()).toEqual(given.sort());
  });

  it('answers any batch in any order, the same for a seed and an epoch', () => {
    const batches = open(0);
    expect([...batches.batch(2).anchor]).toEqual([...open(0).batch(2).anchor]);
    expect([...batches.batch(0).anchor]).toEqual([...open(0).batch(0).anchor]);
    expect(drawn(0)).toEqual(drawn(0));
    expect(drawn(1)).not.toEqual(drawn(0));
    expect(drawn(0, 8)).not.toEqual(drawn(0));
  });

  it('puts every triplet first equally often', () => {
    const first = range(7).map((row) => range(2100).filter((epoch) => open(epoch).batch(0).anchor[0] === row).length);
    expect(chiSquare(first)).toBeLessThan(chiSquareLimit(6));
  });

  it('counts before the run', () => {
    expect(create(givenTriplets).plan(counts({ triplets: 7, batchSize: 3 }))).toEqual({ batches: 3, rows: 7, positives: null }); // biome-ignore format: one case
    expect(create(givenTriplets).plan(counts({}))).toEqual({ problem: 'there are no given triplets' });
  });
});
