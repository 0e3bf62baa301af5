import { Evaluator, type EvaluatorResult, type Metric } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { type CollectedPairs, PairCollector } from './collected-pairs.js';
import { mean, pearson, ranks } from './correlation.js';

const error = (description: string): Metric => ({ better: 'lower', range: [0, Number.POSITIVE_INFINITY], description });
const correlation = (description: string): Metric => ({ better: 'higher', range: [-1, 1], description });

/**
 * Regression: does the score predict the target?
 *   mse, mae   mean of (score - target)^2 and of |score - target|; not of a distance, which falls where the target
 *              rises
 *   pearson    correlation of closeness and target
 *   spearman   correlation of their ranks, ties given their mean rank
 * Pairs count by their weight in all four: one of weight 2 as two of weight 1.
 * Units: mse, mae in those of the target. Errors: none; NaN with a note where there are no pairs, all targets or all
 * scores are equal, a score is no number, or the score is a distance (mse, mae).
 * Source: Spearman 1904; scipy's treatment of ties.
 */
export const regression = definePlugin(Evaluator, {
  name: 'regression',
  summary: 'Mean squared and absolute error, Pearson and Spearman correlation of score and target.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  measures: 'pairs',
  metrics: {
    mse: error('Mean of (score − target)².'),
    mae: error('Mean of |score − target|.'),
    pearson: correlation('Pearson correlation of closeness and target.'),
    spearman: correlation('Correlation of the ranks of closeness and target, ties given their mean rank.'),
  },
  create: () => ({
    begin() {
      const collected = new PairCollector();
      return {
        add: (block) => collected.add(block),
        result: () => regress(collected.pairs()),
        resampled: (weight) => regress({ ...collected.pairs(), weight }).values,
      };
    },
  }),
});

type Weighed = Omit<CollectedPairs, 'weight'> & { readonly weight: Float32Array | Float64Array };

function regress({ closeness, score, target, weight, size }: Weighed): EvaluatorResult {
  const unknown = { mse: Number.NaN, mae: Number.NaN, pearson: Number.NaN, spearman: Number.NaN };
  if (!weight.some((one) => one > 0)) return { values: unknown, notes: ['there are no pairs to predict'] };
  if (score.some(Number.isNaN)) return { values: unknown, notes: ['some scores are not numbers'] };
  const isDistance = score.some((value, i) => value !== closeness[i]);
  const gap = Float64Array.from({ length: size }, (_, i) => Math.abs(score[i]! - target[i]!));
  const errors = isDistance
    ? { mse: Number.NaN, mae: Number.NaN }
    : {
        mse: mean(
          gap.map((value) => value * value),
          weight,
        ),
        mae: mean(gap, weight),
      };
  const linear = pearson(Float64Array.from(closeness), Float64Array.from(target), weight);
  const monotone = pearson(ranks(closeness, weight), ranks(target, weight), weight);
  const notes = [
    ...(isDistance ? ['the score is a distance: mse and mae are not reported'] : []),
    ...(Number.isNaN(linear) ? ['all scores or all targets are equal: no correlation'] : []),
  ];
  return { values: { ...errors, pearson: linear, spearman: monotone }, ...(notes.length > 0 ? { notes } : {}) };
}
