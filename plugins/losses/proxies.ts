import type { LossResult, WeightSpecs } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';
import { logSumExp } from './log-sum-exp.js';
import { oneOf } from './rows.js';

/** One trainable vector per training group. They move little by themselves, so they learn ten times as fast. */
export const proxyWeights = {
  proxies: { shape: ['groups', 'dimensions'], initializer: 'unitSphere', learningRateScale: 10 },
} as const satisfies WeightSpecs;

/** 1 at each item's group; a row of 0 for an item without a group. labels int32 [a] -> [a, groups] */
export const ownGroup = (labels: Tensor, groups: number): Tensor => oneOf(labels, groups); // [a, groups]

/** 1 for an item that has a group. labels int32 [a] -> [a] */
export const hasGroup = (labels: Tensor): Tensor => ops.mask(ops.greaterEqual(labels, 0)); // [a]

/** The row of each item's group in a table of groups; for an item without a group, whose weight is 0, the first. int32 [a] -> int32 [a] */
export const groupOrFirst = (labels: Tensor): Tensor => ops.constant(() => ops.cast(ops.relu(labels), 'int32')); // [a]

/**
 * Cross entropy of scale * (cosines, that of the item's own group replaced by a target), mean over the items that have a
 * group. `lead`: by how much each cosine is above the target; that of the own group does not count.
 * lead [a, groups], labels int32 [a] -> values [a]
 */
export function classify(
  labels: Tensor,
  { lead, scale }: { readonly lead: Tensor; readonly scale: number },
): LossResult<Record<never, never>> {
  const own = ownGroup(labels, lead.shape[1]!); // [a, groups]
  const others = ops.mul(lead, ops.sub(1, own)); // [a, groups], 0 at the item's own group
  const values = logSumExp(ops.mul(scale, others), ops.onesLike(own)); // [a]
  return { terms: [{ values, weights: hasGroup(labels) }] };
}
