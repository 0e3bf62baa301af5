import * as tfc from '@tensorflow/tfjs-core';
import type { PairBatch, PairRows, Pool } from '../contract/index.js';

/** Which right items are known to match a left item, and how often each right item is drawn. */
export interface KnownMatches {
  matches(left: number, right: number): boolean;
  /** log of the share of given pairs in which the right item stands; 0 where no pairs are given. */
  logFrequency(right: number): number;
}

/** From the groups, and from the given pairs with target 1. Two rows that are one item match themselves. */
export function knownMatches(pool: Pool): KnownMatches {
  const given = new Set<number>();
  const times = new Map<number, number>();
  const { pairs, groups } = pool;
  pairs?.left.forEach((left, i) => {
    const right = pairs.right[i]!;
    if (pairs.target[i]! >= 0.5) given.add(left * pool.rightSize + right);
    times.set(right, (times.get(right) ?? 0) + 1);
  });
  const sameGroup = (left: number, right: number): boolean =>
    pool.rightSize === pool.size && groups[left]! >= 0 && groups[left] === groups[right];
  return {
    matches: (left, right) => given.has(left * pool.rightSize + right) || sameGroup(left, right),
    logFrequency: (right) => (pairs ? Math.log((times.get(right) ?? 1) / pairs.left.length) : 0),
  };
}

/** `known` [pairs, pairs] and `logFrequency` [pairs] of a batch; zeros where no loss reads them. */
export function matchMatrix(rows: PairRows, known: KnownMatches, needed: boolean): Pick<PairBatch, 'known' | 'logFrequency'> {
  const count = rows.left.length;
  const matrix = new Float32Array(needed ? count * count : 0);
  if (needed) {
    rows.left.forEach((left, i) => {
      rows.right.forEach((right, j) => {
        matrix[i * count + j] = Number(known.matches(left, right));
      });
    });
  }
  return {
    known: tfc.tensor2d(matrix, needed ? [count, count] : [0, 0]), // [pairs, pairs]
    logFrequency: tfc.tensor1d(needed ? Float32Array.from(rows.right, (right) => known.logFrequency(right)) : []), // [pairs]
  };
}
