import type { Metric, Metrics } from '../../core/contract/index.js';

const share = (description: string, better: 'higher' | 'lower' = 'higher'): Metric => ({
  better,
  range: [0, 1],
  description,
});

/** What verification reports, with a true-accept rate for each bound. */
export const metricsAt = (falseAcceptRates: readonly number[]): Metrics => ({
  rocAuc: share('Area under the ROC curve: the chance that a same pair is closer than a different one, ties 1/2.'),
  averagePrecision: share(
    'Area under the precision-recall curve: sum over thresholds of (step of recall) × precision.',
  ),
  equalErrorRate: share(
    'The false-accept rate where it equals the false-reject rate, linear between the corners of the ROC.',
    'lower',
  ),
  ...Object.fromEntries(
    falseAcceptRates.map((rate) => [
      `tarAtFar${rate}`,
      {
        ...share(`Best share of same pairs accepted where at most ${rate} of the different ones are.`),
        family: ['tarAtFar', String(rate)] as const,
        detail: true,
      },
    ]),
  ),
  accuracy: share('Share of pairs that the threshold, chosen on validation, decides rightly.'),
  precision: {
    ...share('Of the pairs called positive, the share that are: true / (true + false positives).'),
    detail: true,
  },
  recall: {
    ...share('Of the positive pairs, the share called so: true positives / (these + false negatives).'),
    detail: true,
  },
  f1: share('Harmonic mean of precision and recall: 2 precision recall / (precision + recall).'),
  brier: {
    ...share('Mean of (probability − target)², the probability being 1 / (1 + exp(−logit)).', 'lower'),
    detail: true,
  },
  expectedCalibrationError: {
    ...share(
      'Sum over ten bins of probability of (share of pairs) × |mean probability − share of same pairs|.',
      'lower',
    ),
    detail: true,
  },
});
