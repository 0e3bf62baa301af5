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
/** Triplets of each anchor of a batch with its positives, [a, p] columns of them, and its negatives, [a, r]. */
export interface AnchorTriplets {
  /** Distances to the columns of the positives, and 1 where a column is one. [a, p] each */
  readonly near: Tensor;
  readonly positive: Tensor;
  /** Distances to all references. [a, r] */
  readonly far: Tensor;
  /** Of bool: anchor, positive, negative. [a, p, r] */
  readonly chosen: Tensor;
  /** Chosen triplets of each anchor. [a] */
  readonly number: () => Tensor;
  /** Where they are chosen by the margin: 1 for each positive of an anchor that has a negative. [a, p] */
  readonly pairs?: Tensor;
}
/** What mining chooses from: a batch, and the distances [a, r] of its anchors to its references. */
export interface Mined {
  readonly batch: LabelledBatch;
  readonly distances: Tensor;
  readonly margin: number | 'soft';
  readonly random: StepRandom;
}

/** Triplets of a batch up to which nothing is gained by leaving out columns; and the step may be one XLA computation. */
const FEW = 2 ** 16;

interface Positives {
  /** [a, p] */
  readonly distances: Tensor;
  /** 1 where a column is a positive, else 0. [a, p] */
  readonly mask: Tensor;
}

/** The columns of each anchor that hold its positives, where that is known to be few; else all columns. */
function positivesOf({ batch: { positive, mostPositives }, distances }: Pick<Mined, 'batch' | 'distances'>): Positives {
  const [anchors, references] = distances.shape as [number, number];
  if (2 * mostPositives > references || anchors * references ** 2 <= FEW) return { distances, mask: positive };
  const { values, indices } = ops.constant(() => ops.topk(positive, mostPositives)); // [a, p] each
  return { distances: inColumns(distances, indices), mask: values };
}

/** Every anchor with each of its positives and each of its negatives. */
export function allTriplets(mined: Mined): AnchorTriplets {
  const { negative } = mined.batch;
  const { distances: near, mask: positive } = positivesOf(mined); // [a, p] each
  return {
    near,
    positive,
    far: mined.distances,
    chosen: ops.logicalAnd(ops.expandDims(ops.greater(positive, 0), 2), ops.expandDims(ops.greater(negative, 0), 1)),
    number: () => ops.constant(() => ops.mul(ops.sum(positive, 1), ops.sum(negative, 1))), // [a]
  };
}

/** Those whose negative is farther than the positive, by the margin at most; by any amount where the margin is soft. */
export function semiHardTriplets(mined: Mined): AnchorTriplets {
  const { margin } = mined;
  const all = allTriplets(mined);
  const chosen = ops.constant(() =>
    ops.tidy(() => {
      const [near, far] = [ops.expandDims(all.near, 2), ops.expandDims(all.far, 1)]; // [a, p, 1], [a, 1, r]
      const farther = ops.logicalAnd(all.chosen, exceeds(far, near)); // [a, p, r]
      return margin === 'soft' ? farther : ops.logicalAnd(farther, ops.logicalNot(exceeds(far, ops.add(near, margin)))); // [a, p, r]
    }),
  ); // [a, p, r]
  return {
    ...all,
    chosen,
    number: () => ops.constant(() => ops.sum(ops.mask(chosen), [1, 2])), // [a]
    pairs: ops.mul(all.positive, ops.expandDims(rowsWithAny(mined.batch.negative), 1)), // [a, p]
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

/** For each anchor and each of its positives one negative at random, by distance weighting. -> [a, p] */
export function distanceWeightedTriplets(mined: Mined): Triplets {
  const { batch, distances, random } = mined;
  const { distances: positive, mask } = positivesOf(mined); // [a, p] each
  const { places, drawn } = drawNegatives(batch, positive.shape[1]!, random); // [a, p] each
  return {
    positive,
    negative: inColumns(distances, places), // [a, p]
    chosen: ops.logicalAnd(ops.greater(mask, 0), drawn), // [a, p]
  };
}

/** Of each row the values in these columns. [a, r], int32 [a, n] -> [a, n] */
function inColumns(values: Tensor, columns: Tensor): Tensor {
  const [rows, width] = values.shape as [number, number];
  const starts = ops.expandDims(ops.range(0, rows * width, width, 'int32'), 1); // [a, 1]
  return ops.gather(ops.reshape(values, [rows * width]), ops.add(columns, starts)); // [a, n]
}
