import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { cosines } from './cosines.js';
import { logSumExp } from './log-sum-exp.js';
import { temperature } from './options.js';
import { holdsAny } from './rows.js';

/**
 * Supervised contrastive loss: all positives of an anchor against everything that it meets. With s = cos / temperature:
 *   logsumexp over positives and negatives of s_ai, minus the mean of s_ap over the positives p
 * Mean over the anchors that have a positive and meet something else beside it; 0 where the batch has no negatives.
 * Its formula is on the cosine: it looks at the embeddings at length 1 and presumes the distance `cosine`.
 * Shapes: embeddings [a, d], references [r, d] -> [a].
 * Units: `temperature` divides a cosine.
 * Errors: none of its own.
 * Source: Khosla et al. 2020, the sum outside of the logarithm (eq. 2); pytorch-metric-learning's SupConLoss.
 */
export const supcon = definePlugin(Loss, {
  name: 'supcon',
  summary: 'Cross entropy of all positives of an anchor against the rest of the batch, on cosines.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      temperature: temperature(0.1, 'items'),
    },
  },
  needs: { embeddings: 'labelled-batch', memory: true, distance: 'cosine' },
  create: ({ temperature }) => ({
    perBatch({ embeddings, references, positive, negative }) {
      const scores = ops.div(cosines(embeddings, references), temperature); // [a, r]
      const met = ops.add(positive, negative); // [a, r]
      const own = ops.divNoNan(ops.sum(ops.mul(scores, positive), 1), ops.sum(positive, 1)); // [a]
      const choosing = ops.mask(ops.greater(ops.sum(met, 1), 1)); // [a], a positive that is alone costs nothing
      const partnered = ops.mask(ops.greater(ops.sum(positive, 1), 0)); // [a]
      const weights = ops.mul(ops.mul(partnered, choosing), holdsAny(negative)); // [a]
      return { terms: [{ values: ops.sub(logSumExp(scores, met), own), weights }] };
    },
  }),
});
