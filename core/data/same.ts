import type { PairTable } from '../contract/index.js';

type Targets = Pick<PairTable, 'target' | 'positiveFrom'>;

/** Whether a given pair counts as the same, where pairs are counted: a graded target from `positiveFrom` on. */
export const isSame = ({ target, positiveFrom = 0.5 }: Targets, pair: number): boolean => target[pair]! >= positiveFrom;

/** 1 for the same, 0 for different. -> [pairs] */
export const sameTargets = (pairs: Targets): Float32Array => pairs.target.map((_, pair) => Number(isSame(pairs, pair)));

export function countSame(pairs: Targets): number {
  return pairs.target.reduce((sum, _, pair) => sum + Number(isSame(pairs, pair)), 0);
}
