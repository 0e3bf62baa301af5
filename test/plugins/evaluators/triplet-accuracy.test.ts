import { describe, expect, it } from 'vitest';
import type { Accumulator, TripletBlock } from '../../../core/contract/index.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import { tripletAccuracy } from '../../../plugins/evaluators/triplet-accuracy.js';
import { begin } from './evaluating.js';

/** Triplets by their two distances. */
function block(...distances: readonly (readonly [near: number, far: number])[]): TripletBlock {
  const rows = Int32Array.from(distances, (_, i) => i);
  return {
    near: Float32Array.from(distances, ([near]) => near),
    far: Float32Array.from(distances, ([, far]) => far),
    anchor: rows,
    positive: rows,
    negative: rows,
  };
}

function fed(...blocks: readonly TripletBlock[]): Accumulator<TripletBlock> {
  const accumulator = begin(tripletAccuracy) as unknown as Accumulator<TripletBlock>;
  for (const one of blocks) void accumulator.add(one);
  return accumulator;
}

describe('triplet-accuracy', () => {
  it('is a valid plugin', () => expect(faultsOf(tripletAccuracy, 'siamese')).toEqual([]));

  it('is the share of triplets whose positive is nearer, over all blocks', () => {
    expect(fed(block([1, 2], [3, 2]), block([0, 0.5]), block([-4, -1])).result()).toEqual({
      values: { accuracy: 3 / 4 },
    });
  });

  it('counts a tie as wrong: one point for all items is no answer', () => {
    expect(fed(block([0, 0], [0, 0])).result().values).toEqual({ accuracy: 0 });
  });

  it('weighs the triplets that the bootstrap draws', () => {
    const { resampled } = fed(block([1, 2], [3, 2]), block([0, 1]));
    expect(resampled!(Float64Array.of(2, 3, 1))).toEqual({ accuracy: 3 / 6 });
    expect(resampled!(Float64Array.of(0, 0, 0))).toEqual({ accuracy: Number.NaN });
  });

  it('is NaN with a note where there is nothing to judge, or a distance is no number', () => {
    expect(fed().result()).toEqual({ values: { accuracy: Number.NaN }, notes: ['there are no triplets to judge'] });
    const unknown = fed(block([1, 2], [Number.NaN, 1]));
    expect(unknown.result()).toEqual({ values: { accuracy: Number.NaN }, notes: ['some distances are not numbers'] });
    expect(unknown.resampled!(Float64Array.of(1, 1))).toEqual({ accuracy: Number.NaN });
  });
});
