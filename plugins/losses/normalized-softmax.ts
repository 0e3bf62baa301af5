import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { cosines } from './cosines.js';
import { temperature } from './options.js';
import { classify, ownGroup, proxyWeights } from './proxies.js';

/**
 * Normalized softmax: cross entropy of the cosines to one proxy per group, divided by `temperature`.
 * Mean over the items that have a group.
 * Its formula is on the cosine: it looks at embeddings and proxies at length 1 and presumes the distance `cosine`.
 * Shapes: embeddings [a, d], proxies [groups, d] -> [a].
 * Units: `temperature` divides a cosine.
 * Errors: none of its own.
 * Source: Wang et al. 2017; Zhai, Wu 2019; pytorch-metric-learning's NormalizedSoftmaxLoss.
 */
export const normalizedSoftmax = definePlugin(Loss, {
  name: 'normalized-softmax',
  summary: 'Softmax over the cosines to one proxy per group.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      temperature: temperature(0.05, 'proxies'),
    },
  },
  needs: { embeddings: 'labelled-batch', distance: 'cosine' },
  weights: proxyWeights,
  create: ({ temperature }) => ({
    perBatch({ embeddings, labels }, { proxies }) {
      const all = cosines(embeddings, proxies); // [a, groups]
      const target = ops.sum(ops.mul(all, ownGroup(labels, all.shape[1]!)), 1, true); // [a, 1]
      return classify(labels, { lead: ops.sub(all, target), scale: 1 / temperature });
    },
  }),
});
