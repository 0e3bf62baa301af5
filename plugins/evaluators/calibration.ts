import type { CollectedPairs } from './collected-pairs.js';

/** How well the probabilities of a logit head, 1 / (1 + exp(-logit)), agree with what came true. */
export interface Calibration {
  readonly brier: number;
  readonly expectedCalibrationError: number;
  /** [mean probability, share of same pairs] of each bin that holds pairs. */
  readonly curve: readonly (readonly [number, number])[];
}

const BINS = 10;

/**
 *   brier                     mean of (probability - target)^2
 *   expectedCalibrationError  sum over ten equal bins of probability of (share of pairs in it) * |mean probability -
 *                             share of same pairs|
 * Pairs count by weight. Source: Brier 1950; Naeini, Cooper, Hauskrecht 2015.
 */
export function calibrate({ score, target }: CollectedPairs, weight: ArrayLike<number>): Calibration {
  const [weights, probabilities, same] = [0, 1, 2].map(() => new Float64Array(BINS)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let [squares, total] = [0, 0];
  for (let i = 0; i < score.length; i++) {
    const probability = 1 / (1 + Math.exp(-score[i]!));
    const is = Number(target[i]! >= 0.5);
    const bin = Math.min(BINS - 1, Math.floor(probability * BINS));
    weights[bin]! += weight[i]!;
    probabilities[bin]! += weight[i]! * probability;
    same[bin]! += weight[i]! * is;
    squares += weight[i]! * (probability - is) ** 2;
    total += weight[i]!;
  }
  const held = Array.from(weights, (_, bin) => bin).filter((bin) => weights[bin]! > 0);
  const gap = held.reduce((sum, bin) => sum + Math.abs(probabilities[bin]! - same[bin]!), 0);
  return {
    brier: squares / total,
    expectedCalibrationError: gap / total,
    curve: held.map((bin) => [probabilities[bin]! / weights[bin]!, same[bin]! / weights[bin]!]),
  };
}
