import type { LabelledBatch, StepRandom } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';
import { drawNegatives } from './distance-weighting.js';
import { isActive } from './residue.js';
import { oneOf, rowsWithAny } from './rows.js';

/** Triplets by the distances of their two sides, shapes that broadcast to one another; `chosen` 1 where there is one. */
export interface Triplets {
  readonly positive: Tensor;
  readonly negative: Tensor;
  readonly chosen: Tensor;
  /** Of triplets [a, r, r] that are chosen by the margin: 1 for each pair of anchor and positive that has a negative. [a, r] */
  readonly pairs?: Tensor;
}
/** What mining chooses from: a batch, and the distances [a, r] of its anchors to its references. */
export interface Mined {
  readonly batch: LabelledBatch;
  readonly distances: Tensor;
  readonly margin: number | 'soft';
  readonly random: StepRandom;
}

/** Every anchor with each of its positives and each of its negatives. -> [a, r, r]: anchor, positive, negative */
export function allTriplets({ batch, distances }: Mined): Triplets {
  return {
    positive: ops.expandDims(distances, 2), // [a, r, 1]
    negative: ops.expandDims(distances, 1), // [a, 1, r]
    chosen: ops.mul(ops.expandDims(batch.positive, 2), ops.expandDims(batch.negative, 1)), // [a, r, r]
  };
}

/** Those whose negative is farther than the positive, by the margin at most; by any amount where the margin is soft. */
export function semiHardTriplets(mined: Mined): Triplets {
  const { margin } = mined;
  const all = allTriplets(mined);
  const chosen = ops.constant(() => {
    const gap = ops.sub(all.negative, all.positive); // [a, r, r]
    const size = ops.add(ops.abs(all.negative), ops.abs(all.positive)); // [a, r, r]
    const farther = ops.mul(all.chosen, isActive(gap, size)); // [a, r, r]
    if (margin === 'soft') return farther; // [a, r, r]
    const beyond = isActive(ops.sub(gap, margin), ops.add(size, margin)); // [a, r, r]
    return ops.mul(farther, ops.sub(1, beyond)); // [a, r, r]
  });
  return { ...all, chosen, pairs: ops.constant(() => ops.max(all.chosen, 2)) }; // [a, r]
}

/** For each anchor its farthest positive and its nearest negative; of equals the first. -> [a] */
export function hardTriplets({ batch, distances }: Mined): Triplets {
  const { positive, negative } = batch;
  return {
    positive: largest(distances, distances, positive), // [a]
    negative: largest(distances, ops.neg(distances), negative), // [a]
    chosen: ops.mul(rowsWithAny(positive), rowsWithAny(negative)), // [a]
  };
}

/** The distance in each row at which `by` is largest among those of the mask. each [a, r] -> [a] */
function largest(distances: Tensor, by: Tensor, mask: Tensor): Tensor {
  const place = ops.constant(() => {
    const among = ops.add(ops.mul(by, mask), ops.mul(ops.sub(mask, 1), 1e30)); // [a, r]
    return oneOf(ops.argMax(among, 1), among.shape[1]!); // [a, r]
  });
  return ops.sum(ops.mul(distances, place), 1); // [a]
}

/** For each anchor and each of its positives one negative at random, by distance weighting. -> [a, r] */
export function distanceWeightedTriplets({ batch, distances, random }: Mined): Triplets {
  const drawn = drawNegatives(batch, random); // [a, r, r]
  return {
    positive: distances, // [a, r]
    negative: ops.sum(ops.mul(drawn, ops.expandDims(distances, 1)), 2), // [a, r]
    chosen: ops.mul(batch.positive, ops.sum(drawn, 2)), // [a, r]
  };
}
