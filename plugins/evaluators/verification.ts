import { Evaluator, type EvaluatorResult, type Metric, type Metrics } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { type CollectedPairs, PairCollector } from './collected-pairs.js';
import {
  areaUnderRoc,
  averagePrecision,
  type Decisions,
  decisionsAt,
  equalErrorRate,
  type RankedPairs,
  rankPairs,
  rocCurve,
  trueAcceptRate,
} from './roc.js';

const share = (description: string, better: 'higher' | 'lower' = 'higher'): Metric => ({
  better,
  range: [0, 1],
  description,
});

const metricsAt = (falseAcceptRates: readonly number[]): Metrics => ({
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
});

/**
 * Verification: does the score tell same pairs from different ones?
 * Pairs are accepted when their closeness reaches the threshold (distances: at or below it). Weights count a pair
 * several times. Targets of 0.5 and more are the same.
 *   rocAuc            P(closeness of a same pair > of a different one), ties 1/2
 *   averagePrecision  sum over thresholds of (recall step) * precision
 *   equalErrorRate    where the false-accept and the false-reject rate meet, linear between the ROC's corner points
 *   tarAtFar          best true-accept rate among thresholds whose false-accept rate is at most the bound
 *   accuracy, precision, recall, f1   at the threshold chosen on validation; of the pairs that `evaluate.positive`
 *                                     names
 * Units: shares, 0..1; threshold in units of the score.
 * Errors: none; NaN with a note where one kind of pair is missing or no threshold was chosen.
 * Source: Fawcett 2006; scikit-learn's definitions of area and average precision.
 */
export const verification = definePlugin(Evaluator, {
  name: 'verification',
  summary: 'ROC-AUC, average precision, equal error rate, true-accept rates, and accuracy at the chosen threshold.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      falseAcceptRates: {
        type: 'array',
        items: { type: 'number', minimum: 0, maximum: 1, description: 'A bound on the false-accept rate.' },
        default: [0.1, 0.01, 0],
        description: 'Bounds at which the true-accept rate is reported.',
      },
    },
  },
  measures: 'pairs',
  targets: 'binary',
  metrics: ({ falseAcceptRates }) => metricsAt(falseAcceptRates),
  create: ({ falseAcceptRates }) => ({
    begin(at) {
      const collected = new PairCollector();
      return {
        add: (block) => collected.add(block),
        result: () => verify(collected.pairs(), falseAcceptRates, at),
      };
    },
  }),
});

interface Threshold {
  readonly threshold: number | null;
  readonly positive: 'same' | 'different';
}

function verify(pairs: CollectedPairs, rates: readonly number[], { threshold, positive }: Threshold): EvaluatorResult {
  const ranked = rankPairs(pairs);
  if (ranked.same === 0 || ranked.different === 0) {
    const missing = ranked.same === 0 ? 'same' : 'different';
    const values = Object.fromEntries(Object.keys(metricsAt(rates)).map((name) => [name, Number.NaN]));
    return { values, notes: [`verification needs same and different pairs: there are no ${missing} ones`] };
  }
  const values = { ...curveValues(ranked, rates), ...undecided };
  const curves = { roc: rocCurve(ranked) };
  if (threshold !== null) return { values: { ...values, ...decisionsAt(pairs, threshold, positive) }, curves };
  return { values, curves, notes: ['no threshold was chosen: accuracy, precision, recall and f1 are not reported'] };
}

const undecided: Decisions = { accuracy: Number.NaN, precision: Number.NaN, recall: Number.NaN, f1: Number.NaN };

const curveValues = (ranked: RankedPairs, rates: readonly number[]): Record<string, number> => ({
  rocAuc: areaUnderRoc(ranked),
  averagePrecision: averagePrecision(ranked),
  equalErrorRate: equalErrorRate(ranked),
  ...Object.fromEntries(rates.map((rate) => [`tarAtFar${rate}`, trueAcceptRate(ranked, rate)])),
});
