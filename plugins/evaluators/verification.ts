import { Evaluator, type EvaluatorResult, type Score } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { calibrate } from './calibration.js';
import { type CollectedPairs, PairCollector } from './collected-pairs.js';
import { type Decisions, decisionsOf } from './decisions.js';
import {
  areaUnderRoc,
  averagePrecision,
  type Corners,
  equalErrorRate,
  type OrderedPairs,
  orderPairs,
  type RankedPairs,
  rankPairs,
  rocCurve,
  trueAcceptRate,
} from './roc.js';
import { metricsAt } from './verification-metrics.js';

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
        default: [0.1, 0.01, 0.001, 0.0001, 0],
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
      let ordered: (OrderedPairs & { readonly cut: number | null }) | null = null;
      let scratch: Corners | null = null;
      const measure = (weight: Float32Array | Float64Array, into?: Corners): Measured => {
        const pairs = collected.pairs();
        if (!ordered) {
          const all = orderPairs(pairs);
          ordered = { ...all, cut: at.threshold === null ? null : all.cornersAbove(at.threshold) };
        }
        return { pairs, ranked: rankPairs(ordered, weight, into), weight, cut: ordered.cut };
      };
      return {
        add: (block) => collected.add(block),
        result: () => verify(measure(collected.pairs().weight), falseAcceptRates, at),
        resampled(weight) {
          const corners = weight.length + 1;
          scratch ??= { trueAccepts: new Float64Array(corners), falseAccepts: new Float64Array(corners) };
          return valuesOf(measure(weight, scratch), falseAcceptRates, at);
        },
      };
    },
  }),
});

interface At {
  readonly threshold: number | null;
  readonly positive: 'same' | 'different';
  readonly score: Score;
}
interface Measured {
  readonly pairs: CollectedPairs;
  readonly ranked: RankedPairs;
  readonly weight: ArrayLike<number>;
  /** Number of the corner at which the threshold accepts. */
  readonly cut: number | null;
}

function verify(measured: Measured, rates: readonly number[], at: At): EvaluatorResult {
  const { ranked, pairs, weight } = measured;
  const values = valuesOf(measured, rates, at);
  if (ranked.same === 0 || ranked.different === 0) {
    const missing = ranked.same === 0 ? 'same' : 'different';
    return { values, notes: [`verification needs same and different pairs: there are no ${missing} ones`] };
  }
  const notes = ['no threshold was chosen: accuracy, precision, recall and f1 are not reported'];
  return {
    values,
    curves: {
      roc: rocCurve(ranked),
      ...(at.score === 'logit' ? { calibration: calibrate(pairs, weight).curve } : {}),
    },
    unsupported: tooFine(ranked.different, rates),
    ...(at.threshold === null ? { notes } : {}),
  };
}

/** All NaN where one kind of pair is missing. */
function valuesOf({ pairs, ranked, weight, cut }: Measured, rates: readonly number[], at: At): Record<string, number> {
  if (ranked.same === 0 || ranked.different === 0) {
    return Object.fromEntries(Object.keys(metricsAt(rates)).map((name) => [name, Number.NaN]));
  }
  const decided = cut === null ? undecided : decisionsOf(acceptedAt(ranked, cut), at.positive);
  const { brier, expectedCalibrationError } = at.score === 'logit' ? calibrate(pairs, weight) : uncalibrated;
  return { ...curveValues(ranked, rates), ...decided, brier, expectedCalibrationError };
}

const acceptedAt = ({ same, different, trueAccepts, falseAccepts }: RankedPairs, corner: number) => ({
  same,
  different,
  trueAccepts: trueAccepts[corner]!,
  falseAccepts: falseAccepts[corner]!,
});

const undecided: Decisions = { accuracy: Number.NaN, precision: Number.NaN, recall: Number.NaN, f1: Number.NaN };
const uncalibrated = { brier: Number.NaN, expectedCalibrationError: Number.NaN };

const curveValues = (ranked: RankedPairs, rates: readonly number[]): Record<string, number> => ({
  rocAuc: areaUnderRoc(ranked),
  averagePrecision: averagePrecision(ranked),
  equalErrorRate: equalErrorRate(ranked),
  ...Object.fromEntries(rates.map((rate) => [`tarAtFar${rate}`, trueAcceptRate(ranked, rate)])),
});

/** Bounds at which not even one of the different pairs may be accepted: they say no more than the bound 0. */
function tooFine(different: number, rates: readonly number[]): Record<string, string> {
  const fine = rates.filter((rate) => rate > 0 && rate * different < 1);
  const reason = `too few pairs: ${different} different ones`;
  return Object.fromEntries(fine.map((rate) => [`tarAtFar${rate}`, reason]));
}
