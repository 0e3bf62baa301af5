import type { PairBlock } from '../../core/contract/index.js';

/** Pairs in order of closeness, counted by weight: one corner of the ROC for each distinct value. */
export interface RankedPairs {
  readonly same: number;
  readonly different: number;
  /** From accepting nothing to accepting all. */
  readonly corners: readonly { readonly trueAccepts: number; readonly falseAccepts: number }[];
}

export function rankPairs(blocks: readonly PairBlock[]): RankedPairs {
  const closeness = Float64Array.from(blocks.flatMap((block) => [...block.closeness]));
  const target = Float64Array.from(blocks.flatMap((block) => [...block.target]));
  const weight = Float64Array.from(blocks.flatMap((block) => [...block.weight]));
  const order = Uint32Array.from(closeness, (_, i) => i).sort((a, b) => closeness[b]! - closeness[a]!);
  const corners = [{ trueAccepts: 0, falseAccepts: 0 }];
  let [same, different] = [0, 0];
  for (const [place, i] of order.entries()) {
    if (target[i]! >= 0.5) same += weight[i]!;
    else different += weight[i]!;
    const next = order[place + 1];
    if (next === undefined || closeness[next]! < closeness[i]!) corners.push({ trueAccepts: same, falseAccepts: different });
  }
  return { same, different, corners };
}

/** Trapezoids under the ROC: ties count one half. */
export function areaUnderRoc({ corners, same, different }: RankedPairs): number {
  let area = 0;
  for (let i = 1; i < corners.length; i++) {
    const [a, b] = [corners[i - 1]!, corners[i]!];
    area += ((b.falseAccepts - a.falseAccepts) * (a.trueAccepts + b.trueAccepts)) / 2;
  }
  return area / (same * different);
}

/** Sum of recall steps times precision, no interpolation. */
export function averagePrecision({ corners, same }: RankedPairs): number {
  let sum = 0;
  for (let i = 1; i < corners.length; i++) {
    const { trueAccepts, falseAccepts } = corners[i]!;
    const gained = trueAccepts - corners[i - 1]!.trueAccepts;
    if (gained > 0) sum += (gained / same) * (trueAccepts / (trueAccepts + falseAccepts));
  }
  return sum;
}

/** Linear interpolation between the two corners at which FAR - FRR changes its sign. */
export function equalErrorRate({ corners, same, different }: RankedPairs): number {
  const rates = corners.map(({ trueAccepts, falseAccepts }) => ({ far: falseAccepts / different, frr: 1 - trueAccepts / same }));
  const i = rates.findIndex(({ far, frr }) => far >= frr);
  const after = rates[i]!;
  const before = rates[i - 1];
  if (!before || after.far === after.frr) return after.far;
  const gapBefore = before.frr - before.far;
  return before.far + (gapBefore / (gapBefore + after.far - after.frr)) * (after.far - before.far);
}

/** The best true-accept rate among the corners whose false-accept rate is at most `bound`. */
export function trueAcceptRate({ corners, same, different }: RankedPairs, bound: number): number {
  return Math.max(...corners.map(({ trueAccepts, falseAccepts }) => (falseAccepts / different <= bound ? trueAccepts / same : 0)));
}

/** Decisions at a threshold on closeness. 0/0 is 0, as in scikit-learn. */
export function countsAt(blocks: readonly PairBlock[], threshold: number, positive: 'same' | 'different'): { accuracy: number; precision: number; recall: number; f1: number } {
  let [truePositives, falsePositives, falseNegatives, total] = [0, 0, 0, 0];
  for (const { closeness, target, weight } of blocks) {
    closeness.forEach((value, i) => {
      const called = value >= threshold === (positive === 'same');
      const is = target[i]! >= 0.5 === (positive === 'same');
      const count = weight[i]!;
      total += count;
      if (called && is) truePositives += count;
      else if (called) falsePositives += count;
      else if (is) falseNegatives += count;
    });
  }
  const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);
  return {
    accuracy: ratio(total - falsePositives - falseNegatives, total),
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}
