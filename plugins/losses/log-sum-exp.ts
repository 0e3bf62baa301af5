import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';

/** Below every number that a loss computes, and far from float32's end. */
const BOTTOM = -1e30;

/**
 * log(sum(exp(x))) of the entries that `keep` keeps, along `axis`; 0, with gradient 0, where it keeps none. `one` adds
 * exp(0) to each sum. The largest entry is taken out before the exponential, so that nothing overflows.
 * x [a, r], keep [a, r] of 0 and 1 -> [a] along axis 1 (default), [r] along axis 0
 */
export function logSumExp(
  x: Tensor,
  keep: Tensor,
  { axis = 1, one = false }: { readonly axis?: 0 | 1; readonly one?: boolean } = {},
): Tensor {
  const { top, empty } = ops.constant(() => {
    const kept = ops.add(ops.mul(x, keep), ops.mul(ops.sub(keep, 1), -BOTTOM)); // [a, r]
    const largest = ops.max(kept, axis, true); // [a, 1] or [1, r]
    const none = ops.mask(ops.lessEqual(largest, BOTTOM / 2)); // as largest
    const found = ops.mul(largest, ops.sub(1, none)); // as largest
    return { top: one ? ops.relu(found) : found, empty: none };
  });
  const shifted = ops.mul(ops.sub(x, top), keep); // [a, r], at most 0
  const sums = ops.sum(ops.mul(ops.exp(shifted), keep), axis, true); // [a, 1] or [1, r]
  const more = one ? ops.exp(ops.neg(top)) : empty; // as sums; log(1) = 0 where nothing is kept
  return ops.squeeze(ops.add(ops.log(ops.add(sums, more)), top), [axis]); // [a] or [r]
}
