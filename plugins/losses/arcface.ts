import { Loss } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { preciseCosines } from './cosines.js';
import { scale } from './options.js';
import { classify, groupOrFirst, proxyWeights } from './proxies.js';

/**
 * ArcFace: softmax over the cosines to one proxy per group, with `margin` added to the angle t to the own proxy.
 *   cross entropy of scale*c, the item's own cosine replaced by cos(t + margin), or by cos(t) - margin*sin(margin) where
 *   t > pi - margin, so that it falls all the way
 * Mean over the items that have a group. The sine of t is had from the chords between the two vectors at length 1, exact
 * near 0 too; where they coincide its gradient is 0.
 * Its formula is on the cosine: it looks at embeddings and proxies at length 1 and presumes the distance `cosine`.
 * Shapes: embeddings [a, d], proxies [groups, d] -> [a].
 * Units: `margin` in radians; `scale` multiplies cosines.
 * Errors: none of its own.
 * Source: Deng, Guo, Xue, Zafeiriou 2019; pytorch-metric-learning's ArcFaceLoss, whose margin is in degrees.
 */
export const arcface = definePlugin(Loss, {
  name: 'arcface',
  summary: 'Softmax over proxies with a margin on the angle to the own one.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      margin: {
        type: 'number',
        minimum: 0,
        exclusiveMaximum: Math.PI,
        default: 0.5,
        description: 'Added to the angle between an item and its own proxy, in radians.',
      },
      scale: scale(64),
    },
  },
  needs: { embeddings: 'labelled-batch', distance: 'cosine' },
  weights: proxyWeights,
  create: ({ margin, scale }) => ({
    perBatch({ embeddings, labels }, { proxies }) {
      const vectors = ops.l2Normalize(embeddings); // [a, d]
      const own = ops.l2Normalize(ops.gather(proxies, groupOrFirst(labels))); // [a, d]
      const target = widened(vectors, own, margin); // [a]
      const lead = ops.sub(preciseCosines(embeddings, proxies), ops.expandDims(target, 1)); // [a, groups]
      return classify(labels, { lead, scale });
    },
  }),
});

/** The cosine of two vectors of length 1 whose angle is widened by the margin. [a, d], [a, d] -> [a] */
function widened(u: Tensor, v: Tensor, margin: number): Tensor {
  const cosine = ops.sum(ops.mul(u, v), 1); // [a]
  const chord = ops.safeSqrt(ops.sum(ops.squaredDifference(u, v), 1)); // [a], 2 sin(t/2)
  const across = ops.safeSqrt(ops.sum(ops.square(ops.add(u, v)), 1)); // [a], 2 cos(t/2)
  const sine = ops.mul(0.5, ops.mul(chord, across)); // [a]
  const wider = ops.sub(ops.mul(Math.cos(margin), cosine), ops.mul(Math.sin(margin), sine)); // [a], cos(t + margin)
  const beyond = ops.sub(cosine, margin * Math.sin(margin)); // [a]
  const fits = ops.mask(ops.greaterEqual(cosine, -Math.cos(margin))); // [a], t <= pi - margin
  return ops.add(ops.mul(wider, fits), ops.mul(beyond, ops.sub(1, fits))); // [a]
}
