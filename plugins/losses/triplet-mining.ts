import type { LabelledBatch, StepRandom } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';
import { drawNegatives } from './distance-weighting.js';
import { exceeds } from './residue.js';
import { oneOf, rowsWithAny } from './rows.js';

/** Triplets by the distances of their two sides; `chosen`, of bool, where there is one. All of one shape. */
export interface Triplets {
  readonly positive: Tensor;
  readonly negative: Tensor;
  readonly chosen: Tensor;
}
/** Triplets of each anchor of a batch with its positives and its negatives. */
export interface AnchorTriplets {
  /** [a, r] */
  readonly distances: Tensor;
  /** Of bool: anchor, positive, negative. [a, r, r] */
  readonly chosen: Tensor;
  /** Chosen triplets of each anchor. [a] */
  readonly number: () => Tensor;
  /** Where they are chosen by the margin: 1 for each pair of anchor and positive that has a negative. [a, r] */
  readonly pairs?: Tensor;
}
/** What mining chooses from: a batch, and the distances [a, r] of its anchors to its references. */
export interface Mined {
  readonly batch: LabelledBatch;
  readonly distances: Tensor;
  readonly margin: number | 'soft';
  readonly random: StepRandom;
}

/** Every anchor with each of its positives and each of its negatives. */
export function allTriplets({ batch, distances }: Mined): AnchorTriplets {
  const { positive, negative } = batch;
  return {
    distances,
    chosen: ops.logicalAnd(ops.expandDims(ops.greater(positive, 0), 2), ops.expandDims(ops.greater(negative, 0), 1)),
    number: () => ops.constant(() => ops.mul(ops.sum(positive, 1), ops.sum(negative, 1))), // [a]
  };
}

/** Those whose negative is farther than the positive, by the margin at most; by any amount where the margin is soft. */
export function semiHardTriplets(mined: Mined): AnchorTriplets {
  const { batch, distances, margin } = mined;
  const chosen = ops.constant(() =>
    ops.tidy(() => {
      const [near, far] = [ops.expandDims(distances, 2), ops.expandDims(distances, 1)]; // [a, r, 1], [a, 1, r]
      const farther = ops.logicalAnd(allTriplets(mined).chosen, exceeds(far, near)); // [a, r, r]
      return margin === 'soft' ? farther : ops.logicalAnd(farther, ops.logicalNot(exceeds(far, ops.add(near, margin)))); // [a, r, r]
    }),
  ); // [a, r, r]
  return {
    distances,
    chosen,
    number: () => ops.constant(() => ops.sum(ops.mask(chosen), [1, 2])), // [a]
    pairs: ops.mul(batch.positive, ops.expandDims(rowsWithAny(batch.negative), 1)), // [a, r]
  };
}

/** For each anchor its farthest positive and its nearest negative; of equals the first. -> [a] */
export function hardTriplets({ batch, distances }: Mined): Triplets {
  const { positive, negative } = batch;
  return {
    positive: largest(distances, distances, positive), // [a]
    negative: largest(distances, ops.neg(distances), negative), // [a]
    chosen: ops.greater(ops.mul(rowsWithAny(positive), rowsWithAny(negative)), 0), // [a]
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
  const { places, drawn } = drawNegatives(batch, random); // [a, r] each
  return {
    positive: distances, // [a, r]
    negative: inColumns(distances, places), // [a, r]
    chosen: ops.logicalAnd(ops.greater(batch.positive, 0), drawn), // [a, r]
  };
}

/** Of each row the values in these columns. [a, r], int32 [a, n] -> [a, n] */
function inColumns(values: Tensor, columns: Tensor): Tensor {
  const [rows, width] = values.shape as [number, number];
  const starts = ops.expandDims(ops.range(0, rows * width, width, 'int32'), 1); // [a, 1]
  return ops.gather(ops.reshape(values, [rows * width]), ops.add(columns, starts)); // [a, n]
}
