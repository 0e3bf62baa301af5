import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { cosines } from './cosines.js';
import { logSumExp } from './log-sum-exp.js';
import { scale } from './options.js';
import { hasGroup, ownGroup, proxyWeights } from './proxies.js';

/**
 * Proxy-Anchor: one proxy per group is the anchor, the items of the batch its positives and negatives. With cosines c:
 *   mean over the groups in the batch of log(1 + sum_p exp(scale*(margin - c))), p the group's items
 *   + mean over all groups of log(1 + sum_n exp(scale*(c + margin))), n the items of other groups
 * Items without a group take no part.
 * Its formula is on the cosine: it looks at embeddings and proxies at length 1 and presumes the distance `cosine`.
 * Shapes: embeddings [a, d], proxies [groups, d] -> two terms of [groups].
 * Units: `margin` is a cosine; `scale` multiplies cosines.
 * Errors: none of its own.
 * Source: Kim, Kim, Cho, Kwak 2020; pytorch-metric-learning's ProxyAnchorLoss.
 */
export const proxyAnchor = definePlugin(Loss, {
  name: 'proxy-anchor',
  summary: 'Soft sums over the items that belong, and do not belong, to each proxy.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      margin: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 0.1,
        description: 'Cosine that positives should exceed, and negatives stay under the opposite of.',
      },
      scale: scale(32),
    },
  },
  needs: { embeddings: 'labelled-batch', distance: 'cosine' },
  weights: proxyWeights,
  create: ({ margin, scale }) => ({
    perBatch({ embeddings, labels }, { proxies }) {
      const cos = cosines(embeddings, proxies); // [a, groups]
      const own = ownGroup(labels, cos.shape[1]!); // [a, groups]
      const other = ops.mul(ops.sub(1, own), ops.expandDims(hasGroup(labels), 1)); // [a, groups]
      const pull = logSumExp(ops.mul(scale, ops.sub(margin, cos)), own, { axis: 0, one: true }); // [groups]
      const push = logSumExp(ops.mul(scale, ops.add(cos, margin)), other, { axis: 0, one: true }); // [groups]
      const present = ops.mask(ops.greater(ops.sum(own, 0), 0)); // [groups]
      return { terms: [{ values: pull, weights: present }, { values: push }] };
    },
  }),
});
