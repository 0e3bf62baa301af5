import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';

/** Cosine of the angle between every row of `a` and every row of `b`; 0 for a zero vector. [n, d], [m, d] -> [n, m] */
export const cosines = (a: Tensor, b: Tensor): Tensor =>
  ops.matMul(ops.l2Normalize(a), ops.l2Normalize(b), false, true); // [n, m]

/**
 * As `cosines`, rounded once: for losses that multiply them by 64 or 80 before an exponential, where the few roundings of
 * a product in float32 are an error of 1e-5 of the gradient. Three products instead of one.
 *
 * A vector of length 1 is a part of multiples of 2^-11 and a rest: products of such parts are multiples of 2^-22 whose
 * sums, at most 1, float32 holds exactly, in any order. What is left is 2^-11 times smaller, and so are its roundings.
 */
export function preciseCosines(a: Tensor, b: Tensor): Tensor {
  const [u, v] = [ops.l2Normalize(a), ops.l2Normalize(b)]; // [n, d], [m, d]
  const plain = ops.matMul(u, v, false, true); // [n, m]
  const missing = ops.constant(() => {
    const [p, q] = [inParts(u), inParts(v)];
    const exact = ops.matMul(p.coarse, q.coarse, false, true); // [n, m]
    const mixed = [ops.concat([p.coarse, p.rest], 1), ops.concat([q.rest, v], 1)] as const; // [n, 2 d], [m, 2 d]
    const small = ops.matMul(...mixed, false, true); // [n, m]
    const tooLong = ops.add(p.tooLong, ops.transpose(q.tooLong)); // [n, m]
    return ops.add(ops.sub(exact, plain), ops.sub(small, ops.mul(exact, tooLong))); // [n, m]
  });
  return ops.add(plain, missing); // [n, m]
}

/** Rows of length 1 as a part that is a multiple of 2^-11 and the rest; by how much they are longer than 1. [n, d] -> [n, d], [n, d], [n, 1] */
function inParts(u: Tensor): { readonly coarse: Tensor; readonly rest: Tensor; readonly tooLong: Tensor } {
  const coarse = ops.div(ops.round(ops.mul(u, 2 ** 11)), 2 ** 11); // [n, d]
  const rest = ops.sub(u, coarse); // [n, d]
  const exact = ops.sub(ops.sum(ops.square(coarse), 1, true), 1); // [n, 1]
  const small = ops.sum(ops.mul(rest, ops.add(coarse, u)), 1, true); // [n, 1]
  return { coarse, rest, tooLong: ops.div(ops.add(exact, small), 2) };
}
