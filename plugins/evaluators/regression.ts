import { Evaluator, type Metric, type PairBlock } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

const error = (description: string): Metric => ({ better: 'lower', range: [0, Number.POSITIVE_INFINITY], description });
const correlation = (description: string): Metric => ({ better: 'higher', range: [-1, 1], description });

/**
 * Regression: does the score predict the target?
 *   mse, mae   mean of (score - target)^2 and of |score - target|; only where the score is a value, in the target's units
 *   pearson    correlation of closeness and target
 *   spearman   correlation of their ranks, ties given their mean rank
 * Pairs count by their weight in all four. Errors: none; NaN with a note where all targets or all scores are equal.
 * Source: Spearman 1904; scipy's treatment of ties.
 */
export const regression = definePlugin(Evaluator, {
  name: 'regression',
  summary: 'Mean squared and absolute error, Pearson and Spearman correlation of score and target.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  measures: 'pairs',
  metrics: {
    mse: error('Mean squared error of the score.'),
    mae: error('Mean absolute error of the score.'),
    pearson: correlation('Pearson correlation of closeness and target.'),
    spearman: correlation('Spearman correlation of closeness and target.'),
  },
  create: () => ({
    begin() {
      const blocks: PairBlock[] = [];
      const column = (name: 'score' | 'closeness' | 'target' | 'weight'): Float64Array =>
        Float64Array.from(blocks.flatMap((block) => [...block[name]]));
      return {
        add: (block) => void blocks.push(block),
        result: () => {
          const [score, closeness, target, weight] = [column('score'), column('closeness'), column('target'), column('weight')];
          if (target.length === 0) return { values: {}, notes: ['there are no pairs to predict'] };
          const values = {
            mse: mean(score.map((value, i) => (value - target[i]!) ** 2), weight),
            mae: mean(score.map((value, i) => Math.abs(value - target[i]!)), weight),
            pearson: pearson(closeness, target, weight),
            spearman: pearson(ranks(closeness), ranks(target), weight),
          };
          return Number.isNaN(values.pearson) ? { values, notes: ['all scores or all targets are equal: no correlation'] } : { values };
        },
      };
    },
  }),
});

function mean(values: Float64Array, weight: Float64Array): number {
  return values.reduce((sum, value, i) => sum + value * weight[i]!, 0) / weight.reduce((a, b) => a + b, 0);
}

function pearson(a: Float64Array, b: Float64Array, weight: Float64Array): number {
  const [meanA, meanB] = [mean(a, weight), mean(b, weight)];
  const covariance = mean(a.map((value, i) => (value - meanA) * (b[i]! - meanB)), weight);
  const spread = (values: Float64Array, centre: number): number => Math.sqrt(mean(values.map((value) => (value - centre) ** 2), weight));
  const scale = spread(a, meanA) * spread(b, meanB);
  return scale === 0 ? Number.NaN : covariance / scale;
}

/** Ranks from 1, ties given their mean. */
function ranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) result[order[i]!] = (start + end + 1) / 2;
    start = end;
  }
  return result;
}
