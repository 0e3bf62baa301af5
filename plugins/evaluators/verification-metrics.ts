import type { Metric, Metrics } from '../../core/contract/index.js';

const share = (description: string, better: 'higher' | 'lower' = 'higher'): Metric => ({
  better,
  range: [0, 1],
  description,
});

/** What verification reports, with a true-accept rate for each bound. */
export const metricsAt = (falseAcceptRates: readonly number[]): Metrics => ({
  rocAuc: share('Area under the ROC curve.'),
  averagePrecision: share('Area under the precision-recall curve, by steps.'),
  equalErrorRate: share('Where false-accept and false-reject rate are equal.', 'lower'),
  ...Object.fromEntries(
    falseAcceptRates.map((rate) => [
      `tarAtFar${rate}`,
      {
        ...share(`True-accept rate at a false-accept rate of at most ${rate}.`),
        family: ['tarAtFar', String(rate)] as const,
        detail: true,
      },
    ]),
  ),
  accuracy: share('Share of pairs that the threshold decides rightly.'),
  precision: { ...share('Share of the pairs called positive that are.'), detail: true },
  recall: { ...share('Share of the positive pairs that are called so.'), detail: true },
  f1: share('Harmonic mean of precision and recall.'),
  brier: { ...share('Mean squared error of the probability, of a logit.', 'lower'), detail: true },
  expectedCalibrationError: {
    ...share('How far probabilities are from the shares that came true, of a logit.', 'lower'),
    detail: true,
  },
});
