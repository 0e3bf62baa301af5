import type { CollectedPairs } from './collected-pairs.js';

type Pairs = Pick<CollectedPairs, 'closeness' | 'target'>;

export interface Decisions {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Decisions at a threshold on closeness. 0/0 is 0, as in scikit-learn. */
export function decisionsAt(
  { closeness, target, weight }: Pairs & { readonly weight: ArrayLike<number> },
  threshold: number,
  positive: 'same' | 'different',
): Decisions {
  let [truePositives, falsePositives, falseNegatives, total] = [0, 0, 0, 0];
  for (let i = 0; i < target.length; i++) {
    const called = closeness[i]! >= threshold === (positive === 'same');
    const is = target[i]! >= 0.5 === (positive === 'same');
    total += weight[i]!;
    if (called && is) truePositives += weight[i]!;
    else if (called) falsePositives += weight[i]!;
    else if (is) falseNegatives += weight[i]!;
  }
  const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);
  return {
    accuracy: ratio(total - falsePositives - falseNegatives, total),
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}
