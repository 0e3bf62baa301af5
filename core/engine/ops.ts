/**
 * The tensor operations that a step may use: tfjs-core's, without what cannot be compiled (reading data, JavaScript
 * randomness, shapes that depend on values), and with comparisons as constants of the gradient (tfjs has no gradient for
 * them and throws even for a mask).
 *
 * Those of tfjs-core keep their names and arguments (https://js.tensorflow.org/api/4.22.0): arithmetic, reductions, matrix
 * products, convolutions, pooling, shapes and slices. What is listed here is siamese's own, or differs.
 *
 * @module ops
 */

import type { Tensor, TensorLike } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // on Node tfjs-core alone registers no gradients: loading tfjs-layers does
import { registerChainedOps } from './chained.js';
import { valuesAreWanted } from './pairwise-values.js';
import { repairGradients } from './repaired-gradients.js';

registerChainedOps(); // tfjs-layers' orthogonal initializer calls some, on every backend
repairGradients();

// biome-ignore format: a table of names
export {
  acos, acosh, add, addN, asin, asinh, atan, atan2, atanh, avgPool, batchNorm, batchToSpaceND, broadcastTo, cast,
  ceil, clipByValue, clone, concat, conv1d, conv2d, conv2dTranspose, cos, cosh, cumsum, depthwiseConv2d, div,
  dot, einsum, elu, erf, exp, expandDims, expm1, eye, fill, floor, floorDiv, gather, gatherND, image, leakyRelu, linspace,
  log, log1p, logSigmoid, logSoftmax, logSumExp, matMul, max, maximum, maxPool, mean, min, minimum, mirrorPad, mod,
  moments, mul, neg, norm, oneHot, ones, onesLike, outerProduct, pad, pool, pow, prelu, prod, range, reciprocal, relu,
  relu6, reshape, reverse, round, rsqrt, scalar, selu, separableConv2d, sigmoid, sign, sin, sinh, slice, softmax, softplus,
  spaceToBatchND, split, sqrt, square, squaredDifference, squeeze, stack, step, stridedSlice, sub, sum, tan, tanh, tensor,
  tensor1d, tensor2d, tensor3d, tensor4d, tidy, tile, topk, transpose, unsortedSegmentSum, unstack, where, zeros, zerosLike,
} from '@tensorflow/tfjs-core';
export type { Tensor, TensorLike };

/**
 * Computes `compute()` as a constant of the gradient: nothing flows back through it.
 * tfjs records a kernel on the gradient tape only at depth 0, so the depth is raised meanwhile.
 */
export function constant<T>(compute: () => T): T {
  const { state } = tfc.engine();
  state.kernelDepth++;
  try {
    return compute();
  } finally {
    state.kernelDepth--;
  }
}

/** |x|, with gradient 0 at 0 (tfjs says -1 there). [..] -> [..] */
export const abs = (x: Tensor | TensorLike): Tensor =>
  tfc.mul(
    x,
    constant(() => tfc.sign(x)),
  ); // [..]

/** a / b, but 0 where b is 0, with gradient 0 there (tfjs says NaN). Broadcast like `div`. */
export function divNoNan(a: Tensor | TensorLike, b: Tensor | TensorLike): Tensor {
  const known = mask(notEqual(b, 0)); // b's shape
  const guarded = tfc.add(b, tfc.sub(1, known)); // b's shape, 1 where b is 0
  return tfc.mul(tfc.div(a, guarded), known); // broadcast shape
}

/** The same values, through which no gradient flows. [..] -> [..] */
export const stopGradient = (x: Tensor): Tensor => constant(() => tfc.clone(x));

type Binary = (a: Tensor | TensorLike, b: Tensor | TensorLike) => Tensor;
const comparison =
  (op: Binary): Binary =>
  (a, b) =>
    constant(() => op(a, b));
/** a > b: bool, broadcast like `add`; a comparison is a constant of the gradient. */
export const greater = comparison(tfc.greater);
/** a >= b, as `greater`. */
export const greaterEqual = comparison(tfc.greaterEqual);
/** a < b, as `greater`. */
export const less = comparison(tfc.less);
/** a <= b, as `greater`. */
export const lessEqual = comparison(tfc.lessEqual);
/** a = b, as `greater`. */
export const equal = comparison(tfc.equal);
/** a != b, as `greater`. */
export const notEqual = comparison(tfc.notEqual);
/** Both, of bool, as `greater`. */
export const logicalAnd = comparison(tfc.logicalAnd);
/** At least one, of bool, as `greater`. */
export const logicalOr = comparison(tfc.logicalOr);
/** Not, of bool: a constant of the gradient. [..] -> [..] */
export const logicalNot = (x: Tensor | TensorLike): Tensor => constant(() => tfc.logicalNot(x));
/** Whether each value is NaN: bool, a constant of the gradient. [..] -> [..] */
export const isNaN = (x: Tensor | TensorLike): Tensor => constant(() => tfc.isNaN(x));
/** Whether each value is finite: bool, a constant of the gradient. [..] -> [..] */
export const isFinite = (x: Tensor | TensorLike): Tensor => constant(() => tfc.isFinite(x));
/** Index of the largest value along `axis`: int32, a constant of the gradient. */
export const argMax = (x: Tensor | TensorLike, axis?: number): Tensor => constant(() => tfc.argMax(x, axis));
/** Index of the smallest value along `axis`: int32, a constant of the gradient. */
export const argMin = (x: Tensor | TensorLike, axis?: number): Tensor => constant(() => tfc.argMin(x, axis));

/** 1 where `a > b`, else 0: float32, a constant of the gradient. */
export const mask = (condition: Tensor): Tensor => constant(() => tfc.cast(condition, 'float32'));

/**
 * Square root whose gradient at 0 is 0 (d/dx sqrt is infinite there, and times 0 it is NaN).
 * [..] -> [..]; x >= 0
 */
export function safeSqrt(x: Tensor): Tensor {
  if (valuesAreWanted()) return tfc.sqrt(tfc.abs(x)); // [..]; no gradient is, and -0 has no root's sign
  const positive = mask(greater(x, 0)); // [..]
  const guarded = tfc.add(tfc.mul(x, positive), tfc.sub(1, positive)); // [..], 1 where x is 0
  return tfc.mul(tfc.sqrt(guarded), positive); // [..]
}

/** Squared length up to which a vector has no direction: float32 still holds the gradient of 1/length there. */
const NO_DIRECTION = 1e-24;

/** Vectors of length 1 along the last axis; a zero vector stays zero, with gradient 0. [.., d] -> [.., d] */
export function l2Normalize(x: Tensor): Tensor {
  const squares = tfc.sum(tfc.square(x), -1, true); // [.., 1]
  const directed = mask(greater(squares, NO_DIRECTION)); // [.., 1]
  return tfc.mul(x, tfc.mul(directed, tfc.rsqrt(tfc.maximum(squares, NO_DIRECTION)))); // [.., d]
}

/** 1 for each vector along the last axis that `l2Normalize` takes for zero, else 0; a constant of the gradient. [.., d] -> [..] */
export const zeroVectors = (x: Tensor): Tensor =>
  constant(() => mask(lessEqual(tfc.sum(tfc.square(x), -1), NO_DIRECTION))); // [..]

export { squaredDistances } from './pairwise.js';
