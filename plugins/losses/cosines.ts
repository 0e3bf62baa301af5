import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';

/** Cosine of the angle between every row of `a` and every row of `b`; 0 for a zero vector. [n, d], [m, d] -> [n, m] */
export const cosines = (a: Tensor, b: Tensor): Tensor =>
  ops.matMul(ops.l2Normalize(a), ops.l2Normalize(b), false, true); // [n, m]

/** Cosines in two parts whose sum they are: multiples of 2^-22, whose differences float32 holds, and a small rest. */
export interface CosineParts {
  /** A constant of the gradient. */
  readonly exact: Tensor;
  readonly rest: Tensor;
}

/** As `cosines`, rounded once. [n, d], [m, d] -> [n, m] */
export function preciseCosines(a: Tensor, b: Tensor): Tensor {
  const { exact, rest } = cosineParts(a, b);
  return ops.add(exact, rest); // [n, m]
}

/**
 * For losses that multiply cosines by 64 or 80 before an exponential, where the few roundings of a product in float32 are
 * an error of 1e-5 of the gradient. Three products instead of one. [n, d], [m, d] -> [n, m] each
 *
 * A vector of length 1 is a part of multiples of 2^-11 and a rest: products of such parts are multiples of 2^-22 whose
 * sums, at most 1, float32 holds exactly, in any order. What is left is 2^-11 times smaller, and so are its roundings.
 */
export function cosineParts(a: Tensor, b: Tensor): CosineParts {
  const [u, v] = [ops.l2Normalize(a), ops.l2Normalize(b)]; // [n, d], [m, d]
  const plain = ops.matMul(u, v, false, true); // [n, m], from which the gradient is
  const { exact, small, held } = ops.constant(() => {
    const [p, q] = [inParts(u), inParts(v)];
    const product = ops.matMul(p.coarse, q.coarse, false, true); // [n, m]
    const mixed = [ops.concat([p.coarse, p.rest], 1), ops.concat([q.rest, v], 1)] as const; // [n, 2 d], [m, 2 d]
    const rest = ops.matMul(...mixed, false, true); // [n, m]
    const tooLong = ops.add(p.tooLong, ops.transpose(q.tooLong)); // [n, m]
    return { exact: product, small: ops.sub(rest, ops.mul(product, tooLong)), held: ops.clone(plain) }; // [n, m] each
  });
  const slope = ops.sub(plain, held); // [n, m], 0: it hands the gradient on
  return { exact, rest: ops.add(slope, small) }; // [n, m] each
}

/** Rows of length 1 as a part that is a multiple of 2^-11 and the rest; by how much they are longer than 1. [n, d] -> [n, d], [n, d], [n, 1] */
function inParts(u: Tensor): { readonly coarse: Tensor; readonly rest: Tensor; readonly tooLong: Tensor } {
  const coarse = ops.div(ops.round(ops.mul(u, 2 ** 11)), 2 ** 11); // [n, d]
  const rest = ops.sub(u, coarse); // [n, d]
  const exact = ops.sub(ops.sum(ops.square(coarse), 1, true), 1); // [n, 1]
  const small = ops.sum(ops.mul(rest, ops.add(coarse, u)), 1, true); // [n, 1]
  return { coarse, rest, tooLong: ops.div(ops.add(exact, small), 2) };
}
