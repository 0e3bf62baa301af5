import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';

/** A few roundings of float32. */
const ROUNDING = 4e-7;

/**
 * Whether `larger` is above `smaller` by more than their roundings: what rounding has left of an exact 0 is no active
 * tuple. Each side takes its own (4e-7 of it), so that of shapes that broadcast nothing is as large as both together but
 * the outcome: a tensor of bool, a constant of the gradient.
 */
export const exceeds = (larger: Tensor, smaller: Tensor): Tensor =>
  ops.constant(() =>
    ops.greater(
      ops.sub(larger, ops.mul(ROUNDING, ops.abs(larger))),
      ops.add(smaller, ops.mul(ROUNDING, ops.abs(smaller))),
    ),
  ); // broadcast shape
