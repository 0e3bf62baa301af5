import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { squaredDistanceValues, valuesAreWanted } from './pairwise-values.js';

/** Differences held at a time: 16 MiB of float32. */
const BLOCK = 2 ** 22;

/**
 * Squared euclidean distance of every row of `a` to every row of `b`, by subtracting: |a|^2 + |b|^2 - 2ab loses all its
 * digits where two rows nearly coincide, and may fall below 0.
 * [n, d], [m, d] -> [n, m]. Memory: n*m, and one block of differences, for the gradient needs none.
 * Within `withPairwiseValues` (evaluation) by one product of matrices instead, exact to a few roundings all the same.
 */
export function squaredDistances(a: Tensor, b: Tensor): Tensor {
  if (valuesAreWanted()) return squaredDistanceValues(a, b); // [n, m]
  const compute = tfc.customGrad((x, y, save) => {
    const [left, right] = [x as Tensor, y as Tensor];
    (save as (tensors: Tensor[]) => void)([left, right]);
    return {
      value: bySubtracting(left, right), // [n, m]
      gradFunc: (upstream, [p, q]) => gradients(upstream, p!, q!),
    };
  });
  return compute(a, b); // [n, m]
}

function bySubtracting(a: Tensor, b: Tensor): Tensor {
  const [n, m, d] = [a.shape[0]!, b.shape[0]!, a.shape[1]!];
  const right = tfc.expandDims(b, 0); // [1, m, d]
  const rows = Math.max(1, Math.floor(BLOCK / Math.max(1, m * d)));
  const blocks: Tensor[] = [];
  for (let start = 0; start < n || start === 0; start += rows) {
    const block = rows >= n ? a : tfc.slice(a, [start, 0], [Math.min(rows, n - start), d]); // [rows, d]
    blocks.push(tfc.sum(tfc.squaredDifference(tfc.expandDims(block, 1), right), 2)); // [rows, m]
  }
  return blocks.length === 1 ? blocks[0]! : tfc.concat(blocks, 0); // [n, m]
}

/**
 * With upstream g: d/da_i = 2 sum_j g_ij (a_i - b_j) = 2 (a_i sum_j g_ij - sum_j g_ij b_j), and likewise for b.
 * Only differences count, so the origin is moved among the points: a tight cluster far from 0 keeps its digits.
 */
function gradients(upstream: Tensor, a: Tensor, b: Tensor): Tensor[] {
  const origin = tfc.mean(b, 0, true); // [1, d]
  const [p, q] = [tfc.sub(a, origin), tfc.sub(b, origin)]; // [n, d], [m, d]
  const rowTotals = tfc.sum(upstream, 1, true); // [n, 1]
  const columnTotals = tfc.reshape(tfc.sum(upstream, 0), [-1, 1]); // [m, 1]
  const byA = tfc.mul(2, tfc.sub(tfc.mul(p, rowTotals), tfc.matMul(upstream, q))); // [n, d]
  const byB = tfc.mul(2, tfc.sub(tfc.mul(q, columnTotals), tfc.matMul(upstream, p, true))); // [m, d]
  return [byA, byB];
}
