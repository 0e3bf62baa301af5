import type { LossResult } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';
import { exceeds } from './residue.js';
import { shareOf } from './rows.js';
import type { AnchorTriplets, Triplets } from './triplet-mining.js';

export interface Cost {
  readonly margin: number | 'soft';
  readonly average: 'active' | 'all';
}
type Result = LossResult<Record<never, never>>;

/** max(0, positive - negative + margin), or softplus(positive - negative), of triplets one by one. */
export function costOfEach({ positive, negative, chosen }: Triplets, { margin, average }: Cost): Result {
  const gap = ops.sub(positive, negative); // [triplets]
  if (margin === 'soft') return { terms: [{ values: ops.softplus(gap), weights: ops.mask(chosen) }], monitors: {} };
  const excess = ops.add(gap, margin); // [triplets]
  const used = ops.mask(ops.logicalAnd(chosen, exceeds(ops.add(positive, margin), negative))); // [triplets]
  const all = ops.mask(chosen); // [triplets]
  const terms =
    average === 'active' ? [{ values: excess, weights: used }] : [{ values: ops.mul(excess, used), weights: all }];
  return { terms, monitors: { activeShare: shareOf(used, all) } };
}

/**
 * The same of a batch's triplets, without a number for each of them: once it is known which of them cost something, the
 * cost is linear in the distances, and of the triplets no more is asked than how often each distance stands in them.
 *   of anchor a: (sum_p times_ap near_ap - sum_n times_an far_an) / number_a + margin
 * Each anchor weighs as many as its triplets.
 */
export function costByAnchor(triplets: AnchorTriplets, { margin, average }: Cost): Result {
  const { near, far, chosen, pairs } = triplets;
  const [positive, negative] = [ops.expandDims(near, 2), ops.expandDims(far, 1)]; // [a, p, 1], [a, 1, r]
  if (margin === 'soft') return costOfEach({ positive, negative, chosen }, { margin, average });
  const [nearTimes, farTimes] = ops.constant(() =>
    ops.tidy(() => {
      const used = ops.mask(ops.logicalAnd(chosen, exceeds(ops.add(positive, margin), negative))); // [a, p, r]
      return [ops.sum(used, 2), ops.sum(used, 1)] as [Tensor, Tensor];
    }),
  ); // [a, p], [a, r]
  const active = ops.constant(() => ops.sum(nearTimes, 1)); // [a]
  const number = average === 'active' ? active : triplets.number(); // [a]
  // what is taken off all distances of an anchor cancels out, and with it most of what their sums would round
  const middle = ops.constant(() => ops.mean(far, 1, true)); // [a, 1]
  const summed = (distances: Tensor, times: Tensor): Tensor => ops.sum(ops.mul(ops.sub(distances, middle), times), 1); // [a]
  const gaps = ops.sub(summed(near, nearTimes), summed(far, farTimes)); // [a]
  const values = ops.div(
    ops.add(gaps, ops.mul(margin, active)),
    ops.constant(() => ops.maximum(number, 1)),
  ); // [a]
  const activeShare = pairs
    ? shareOf(ops.mask(ops.greater(nearTimes, 0)), pairs)
    : shareOf(active, average === 'active' ? triplets.number() : number);
  return { terms: [{ values, weights: number }], monitors: { activeShare } };
}
