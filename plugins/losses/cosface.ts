import { Loss } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { cosineParts } from './cosines.js';
import { scale } from './options.js';
import { classify, ownGroup, proxyWeights } from './proxies.js';

/**
 * CosFace: softmax over the cosines to one proxy per group, with `margin` taken from the cosine to the own proxy.
 *   cross entropy of scale*c, the item's own cosine replaced by c - margin
 * Mean over the items that have a group.
 * Its formula is on the cosine: it looks at embeddings and proxies at length 1 and presumes the distance `cosine`.
 * Shapes: embeddings [a, d], proxies [groups, d] -> [a].
 * Units: `margin` is a cosine; `scale` multiplies cosines.
 * Errors: none of its own.
 * Source: Wang et al. 2018; pytorch-metric-learning's CosFaceLoss.
 */
export const cosface = definePlugin(Loss, {
  name: 'cosface',
  summary: 'Softmax over proxies with a margin on the cosine to the own one.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      margin: {
        type: 'number',
        minimum: 0,
        exclusiveMaximum: 2,
        default: 0.35,
        description: 'Taken from the cosine between an item and its own proxy.',
      },
      scale: scale(64),
    },
  },
  needs: { embeddings: 'labelled-batch', distance: 'cosine' },
  weights: proxyWeights,
  create: ({ margin, scale }) => ({
    perBatch({ embeddings, labels }, { proxies }) {
      const { exact, rest } = cosineParts(embeddings, proxies); // [a, groups] each
      const own = ownGroup(labels, exact.shape[1]!); // [a, groups]
      /** Above that of the own group: what is near 0 decides, and is rounded as finely. */
      const above = (part: Tensor): Tensor => ops.sub(part, ops.sum(ops.mul(part, own), 1, true)); // [a, groups]
      return classify(labels, { lead: ops.add(ops.add(above(exact), margin), above(rest)), scale });
    },
  }),
});
