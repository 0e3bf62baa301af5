import { Loss } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { cosines } from './cosines.js';
import { logSumExp } from './log-sum-exp.js';
import { rowsWithAny, shareOf } from './rows.js';

/**
 * Multi-similarity loss: for each anchor, with cosines c,
 *   log(1 + sum_p exp(alpha*(base - c_ap))) / alpha + log(1 + sum_n exp(beta*(c_an - base))) / beta
 * Mean over the anchors that meet anything. With `epsilon` its miner keeps the pairs that contradict one another: a
 * positive with c_ap - epsilon < max_n c_an, a negative with c_an + epsilon > min_p c_ap; an anchor of which nothing is
 * kept counts with 0.
 * Its formula is on the cosine: it looks at the embeddings at length 1 and presumes the distance `cosine`.
 * Shapes: embeddings [a, d], references [r, d] -> [a].
 * Units: `base` and `epsilon` are cosines; alpha and beta multiply cosines.
 * Monitors: activeShare, the share of pairs that the miner keeps, where there is one.
 * Errors: none of its own.
 * Source: Wang, Han, Huang, Dong, Scott 2019; pytorch-metric-learning's MultiSimilarityLoss and MultiSimilarityMiner.
 */
export const multiSimilarity = definePlugin(Loss, {
  name: 'multi-similarity',
  summary: 'Soft sums over the positives and the negatives of each anchor, on cosines.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      alpha: { type: 'number', exclusiveMinimum: 0, default: 2, description: 'Sharpness of the positives.' },
      beta: { type: 'number', exclusiveMinimum: 0, default: 50, description: 'Sharpness of the negatives.' },
      base: {
        type: 'number',
        minimum: -1,
        maximum: 1,
        default: 0.5,
        description: 'Cosine above which positives, and below which negatives, cost little.',
      },
      epsilon: {
        type: ['number', 'null'],
        minimum: 0,
        default: null,
        description: 'Slack, in cosines, of the miner that keeps hard pairs only; null: all pairs.',
      },
    },
  },
  needs: { embeddings: 'labelled-batch', memory: true, distance: 'cosine' },
  create: ({ alpha, beta, base, epsilon }) => ({
    perBatch({ embeddings, references, positive, negative }) {
      const cos = cosines(embeddings, references); // [a, r]
      const kept = epsilon === null ? { positive, negative } : hardPairs(cos, { positive, negative }, epsilon); // [a, r] each
      const near = ops.mul(alpha, ops.sub(base, cos)); // [a, r]
      const far = ops.mul(beta, ops.sub(cos, base)); // [a, r]
      const pull = ops.div(logSumExp(near, kept.positive, { one: true }), alpha); // [a]
      const push = ops.div(logSumExp(far, kept.negative, { one: true }), beta); // [a]
      const met = ops.add(positive, negative); // [a, r]
      const terms = [{ values: ops.add(pull, push), weights: rowsWithAny(met) }];
      if (epsilon === null) return { terms };
      return { terms, monitors: { activeShare: shareOf(ops.add(kept.positive, kept.negative), met) } };
    },
  }),
});

interface Pairs {
  readonly positive: Tensor;
  readonly negative: Tensor;
}

/** Positives that are not `epsilon` nearer than every negative, negatives not `epsilon` farther than every positive. each [a, r] */
function hardPairs(cos: Tensor, { positive, negative }: Pairs, epsilon: number): Pairs {
  return ops.constant(() => {
    const outside = (mask: Tensor): Tensor => ops.mul(ops.sub(1, mask), 1e30); // [a, r]
    const nearest = ops.max(ops.sub(ops.mul(cos, negative), outside(negative)), 1, true); // [a, 1]
    const farthest = ops.min(ops.add(ops.mul(cos, positive), outside(positive)), 1, true); // [a, 1]
    const close = ops.mask(ops.greater(ops.add(cos, epsilon), farthest)); // [a, r]
    const wide = ops.mask(ops.less(ops.sub(cos, epsilon), nearest)); // [a, r]
    return { positive: ops.mul(positive, wide), negative: ops.mul(negative, close) };
  });
}
