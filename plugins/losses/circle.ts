import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { preciseCosines } from './cosines.js';
import { logSumExp } from './log-sum-exp.js';
import { scale } from './options.js';
import { rowsWithAny } from './rows.js';

/**
 * Circle loss: each cosine c is weighted by how far it is from where it should be. For each anchor, with margin m:
 *   softplus(logsumexp_p(-scale*w_p*(c_ap - (1 - m))) + logsumexp_n(scale*w_n*(c_an - m)))
 *   w_p = max(0, 1 + m - c_ap), w_n = max(0, c_an + m), constants of the gradient
 * Mean over the anchors that have both a positive and a negative.
 * Its formula is on the cosine: it looks at the embeddings at length 1 and presumes the distance `cosine`.
 * Shapes: embeddings [a, d], references [r, d] -> [a].
 * Units: `margin` is a cosine: positives should reach 1 - margin, negatives stay below it; `scale` multiplies cosines.
 * Errors: none of its own.
 * Source: Sun et al. 2020; pytorch-metric-learning's CircleLoss.
 */
export const circle = definePlugin(Loss, {
  name: 'circle',
  summary: 'Cosines weighted by how far each is from its optimum.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      margin: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 0.4,
        description: 'Relaxation, as a cosine: positives reach 1 - margin, negatives stay below margin.',
      },
      scale: scale(80),
    },
  },
  needs: { embeddings: 'labelled-batch', memory: true, distance: 'cosine' },
  create: ({ margin, scale }) => ({
    perBatch({ embeddings, references, positive, negative }) {
      const cos = preciseCosines(embeddings, references); // [a, r]
      const short = ops.constant(() => ops.relu(ops.sub(1 + margin, cos))); // [a, r]
      const over = ops.constant(() => ops.relu(ops.add(cos, margin))); // [a, r]
      const pull = ops.mul(-scale, ops.mul(short, ops.sub(cos, 1 - margin))); // [a, r]
      const push = ops.mul(scale, ops.mul(over, ops.sub(cos, margin))); // [a, r]
      const values = ops.softplus(ops.add(logSumExp(pull, positive), logSumExp(push, negative))); // [a]
      return { terms: [{ values, weights: ops.mul(rowsWithAny(positive), rowsWithAny(negative)) }] };
    },
  }),
});
