import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';

/** Cosine of the angle between every row of `a` and every row of `b`; 0 for a zero vector. [n, d], [m, d] -> [n, m] */
export const cosines = (a: Tensor, b: Tensor): Tensor =>
  ops.matMul(ops.l2Normalize(a), ops.l2Normalize(b), false, true); // [n, m]
