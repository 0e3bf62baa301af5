import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { cosines } from './cosines.js';
import { logSumExp } from './log-sum-exp.js';
import { temperature } from './options.js';
import { holdsAny, rowsWithAny } from './rows.js';

/**
 * NT-Xent (InfoNCE): each positive of an anchor against all its negatives. With s = cos / temperature, for a positive p of a:
 *   -log(exp(s_ap) / (exp(s_ap) + sum_n exp(s_an))) = softplus(logsumexp_n(s_an) - s_ap)
 * Mean over all positive pairs; 0 where the batch has no negatives. The anchor's other positives are in no denominator.
 * Its formula is on the cosine: it looks at the embeddings at length 1 and presumes the distance `cosine`.
 * Shapes: embeddings [a, d], references [r, d] -> [a, r].
 * Units: `temperature` divides a cosine.
 * Errors: none of its own.
 * Source: Sohn 2016; Chen, Kornblith, Norouzi, Hinton 2020; pytorch-metric-learning's NTXentLoss.
 */
export const ntXent = definePlugin(Loss, {
  name: 'nt-xent',
  summary: 'Cross entropy of each positive against all negatives, on cosines.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      temperature: temperature(0.07, 'negatives'),
    },
  },
  needs: { embeddings: 'labelled-batch', memory: true, distance: 'cosine' },
  create: ({ temperature }) => ({
    perBatch({ embeddings, references, positive, negative }) {
      const scores = ops.div(cosines(embeddings, references), temperature); // [a, r]
      const rivals = ops.expandDims(logSumExp(scores, negative), 1); // [a, 1]
      const contested = ops.expandDims(rowsWithAny(negative), 1); // [a, 1]
      const values = ops.mul(ops.softplus(ops.sub(rivals, scores)), contested); // [a, r]
      return { terms: [{ values, weights: ops.mul(positive, holdsAny(negative)) }] };
    },
  }),
});
