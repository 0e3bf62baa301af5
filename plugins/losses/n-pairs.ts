import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { logSumExp } from './log-sum-exp.js';
import { holdsAny, rowsWithAny } from './rows.js';

/**
 * N-pairs loss: each positive of an anchor against all its negatives, by the dot products s of the embeddings as they are.
 *   log(1 + sum_n exp(s_an - s_ap)) + regularization * |a|^2
 * The first term is the mean over all positive pairs, the second over all items; 0 where the batch has no negatives.
 * Unlike pytorch-metric-learning's NPairsLoss, which draws one pair per group, it uses every pair of the batch; and it
 * normalises nothing. It presumes the distance `negative-dot`.
 * Shapes: embeddings [a, d], references [r, d] -> [a, r].
 * Units: dot products grow with the embeddings: `regularization` keeps them short.
 * Errors: none of its own.
 * Source: Sohn 2016, the (N+1)-tuplet loss (eq. 6).
 */
export const nPairs = definePlugin(Loss, {
  name: 'n-pairs',
  summary: 'Cross entropy of each positive against all negatives, on dot products.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      regularization: {
        type: 'number',
        minimum: 0,
        default: 0,
        description: 'Factor on the mean squared length of the embeddings.',
      },
    },
  },
  needs: { embeddings: 'labelled-batch', memory: true, distance: 'negative-dot' },
  create: ({ regularization }) => ({
    perBatch({ embeddings, references, positive, negative }) {
      const dots = ops.matMul(embeddings, references, false, true); // [a, r]
      const rivals = ops.expandDims(logSumExp(dots, negative), 1); // [a, 1]
      const contested = ops.expandDims(rowsWithAny(negative), 1); // [a, 1]
      const values = ops.mul(ops.softplus(ops.sub(rivals, dots)), contested); // [a, r]
      const contrast = { values, weights: ops.mul(positive, holdsAny(negative)) };
      if (regularization === 0) return { terms: [contrast] };
      const lengths = ops.sum(ops.square(embeddings), 1); // [a]
      return { terms: [contrast, { values: ops.mul(regularization, lengths) }] };
    },
  }),
});
