import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';

/** A few roundings of float32. */
const ROUNDING = 4e-7;

/**
 * 1 where `x`, a sum of terms whose sizes add up to `size`, is above 0 by more than their roundings, else 0: what
 * rounding has left of an exact 0 is no active tuple. A constant of the gradient.
 * x [..], size [..] -> [..]
 */
export const isActive = (x: Tensor, size: Tensor): Tensor =>
  ops.mask(
    ops.greater(
      x,
      ops.constant(() => ops.mul(ROUNDING, size)),
    ),
  ); // [..]
