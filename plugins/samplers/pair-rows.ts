import type { PairTable } from '../../core/contract/index.js';

/** Some of the given pairs, in this order. */
export function choosePairs(given: PairTable, pairs: Int32Array): PairTable {
  const { weight } = given;
  return {
    left: pairs.map((pair) => given.left[pair]!),
    right: pairs.map((pair) => given.right[pair]!),
    target: Float32Array.from(pairs, (pair) => given.target[pair]!),
    weight: weight && Float32Array.from(pairs, (pair) => weight[pair]!),
  };
}
