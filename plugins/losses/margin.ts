import { Distance, type Facts, Loss, type WeightSpecs } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { groupOrFirst } from './proxies.js';
import { exceeds } from './residue.js';
import { shareOf } from './rows.js';

interface Boundary {
  readonly learned: 'none' | 'one' | 'per-group';
  readonly boundary: number;
}

/**
 * Margin loss: positives nearer than a boundary b, negatives farther, by `margin` m on both sides.
 *   max(0, d_ap - b + m) + max(0, b + m - d_an) over all triplets of the batch
 * The sum, divided by the number of terms above 0. Triplets need no tensor of their own: each positive pair counts as
 * often as its anchor has negatives, each negative pair as often as it has positives. It takes the embeddings as they are.
 * `boundary` is fixed, or the start of one that is learned: for all groups (`learned: one`), or one for each
 * (`learned: per-group`); then `boundaryPenalty` times b is added (per group: over all triplets, divided as above).
 * Shapes: embeddings [a, d], references [r, d] -> [a, 2r], positive pairs before negative ones.
 * Units: `margin` and `boundary` are in the units of the recipe's distance.
 * Monitors: activeShare, the share of terms above 0; boundary, the mean of a learned one.
 * Errors: none of its own.
 * Source: Wu, Manmatha, Smola, Kraehenbuehl 2017; pytorch-metric-learning's MarginLoss.
 */
export const margin = definePlugin(Loss, {
  name: 'margin',
  summary: 'Positives on this side of a boundary, negatives beyond it; the boundary may be learned.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      margin: { type: 'number', minimum: 0, default: 0.2, description: 'Free room on either side of the boundary.' },
      boundary: { type: 'number', default: 1.2, description: 'Distance that parts positives from negatives.' },
      learned: {
        type: 'string',
        enum: ['none', 'one', 'per-group'],
        default: 'none',
        description: 'Whether the boundary is trained, and for whom.',
      },
      boundaryPenalty: {
        type: 'number',
        minimum: 0,
        default: 0,
        description: 'Factor on the learned boundary, which would grow without it.',
      },
    },
  },
  needs: { embeddings: 'labelled-batch', memory: true, margins: ['margin', 'boundary'] },
  inject: { distance: Distance },
  weights: (_facts: Facts, { learned, boundary }: Boundary): WeightSpecs =>
    learned === 'none'
      ? {}
      : { boundary: { shape: [learned === 'one' ? 1 : 'groups'], initializer: { constant: boundary } } },
  create: ({ margin, boundary, learned, boundaryPenalty }, { distance }) => ({
    perBatch(batch, weights) {
      const { embeddings, references, labels, positive, negative } = batch;
      const trained = weights['boundary']; // [1] or [groups]
      const each = trained && learned === 'per-group' ? ops.gather(trained, groupOrFirst(labels)) : trained; // [a] or [1]
      const bound = each ? ops.expandDims(each, 1) : ops.scalar(boundary); // [a, 1], [1, 1] or []
      const distances = distance.matrix(embeddings, references); // [a, r]
      const [anchorPositives, anchorNegatives] = [positive, negative].map((mask) => ops.sum(mask, 1, true)) as [
        Tensor,
        Tensor,
      ]; // [a, 1] each
      const excess = ops.concat([ops.sub(distances, bound), ops.sub(bound, distances)], 1); // [a, 2r]
      const chosen = ops.concat([ops.mul(positive, anchorNegatives), ops.mul(negative, anchorPositives)], 1); // [a, 2r]
      const values = ops.add(excess, margin); // [a, 2r]
      const above = [exceeds(ops.add(distances, margin), bound), exceeds(ops.add(bound, margin), distances)]; // [a, r] each
      const active = ops.mul(chosen, ops.mask(ops.concat(above, 1))); // [a, 2r]
      const terms = [{ values, weights: active }];
      const monitors = { activeShare: shareOf(active, chosen) };
      if (!trained) return { terms, monitors };
      const paid = penalty(each!, {
        triplets: ops.mul(anchorPositives, anchorNegatives),
        divisor: ops.sum(active),
        learned,
      }); // []
      return {
        terms: boundaryPenalty === 0 ? terms : [...terms, { values: ops.mul(boundaryPenalty, paid) }],
        monitors: { ...monitors, boundary: ops.mean(trained) },
      };
    },
  }),
});

interface Counted {
  /** [a, 1] */
  readonly triplets: Tensor;
  /** [] */
  readonly divisor: Tensor;
  readonly learned: Boundary['learned'];
}

/** The boundary, or the sum of the anchors' boundaries over all triplets divided as the loss is. [1] or [a] -> [] */
function penalty(each: Tensor, { triplets, divisor, learned }: Counted): Tensor {
  if (learned === 'one') return ops.sum(each); // []
  return ops.divNoNan(ops.sum(ops.mul(each, ops.squeeze(triplets, [1]))), divisor); // []
}
