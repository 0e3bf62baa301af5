import { Distance, Loss } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { shareOf } from './rows.js';

/**
 * Online contrastive loss: the contrastive loss of the pairs of a batch that contradict one another.
 *   d^2 of same pairs farther apart than the nearest different pair (where there are fewer than two different pairs: than
 *   the mean of the same ones); max(0, margin - d)^2 of different pairs nearer than the farthest same pair (fewer than
 *   two same pairs: than the mean of the different ones)
 * Mean over the pairs so chosen, 0 where there are none; Sentence-Transformers sums them, which grows with the batch.
 * Shapes: left [pairs, d], right [pairs, d], target [pairs] -> [pairs].
 * Units: `margin` is in the units of the recipe's distance.
 * Monitors: activeShare, the share of pairs that are chosen.
 * Errors: none of its own.
 * Source: Sentence-Transformers' OnlineContrastiveLoss.
 */
export const onlineContrastive = definePlugin(Loss, {
  name: 'online-contrastive',
  summary: 'Contrastive loss over the hard pairs of each batch.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      margin: {
        type: 'number',
        exclusiveMinimum: 0,
        default: 0.5,
        description: 'Distance beyond which a different pair costs nothing.',
      },
    },
  },
  needs: { embeddings: 'pairs', differentPairs: true, margins: ['margin'], targets: 'binary' },
  inject: { distance: Distance },
  create: ({ margin }, { distance }) => ({
    perPairBatch({ left, right, target }) {
      const d = distance.between(left, right); // [pairs]
      const different = ops.sub(1, target); // [pairs]
      const pull = ops.mul(target, ops.square(d)); // [pairs]
      const push = ops.mul(different, ops.square(ops.relu(ops.sub(margin, d)))); // [pairs]
      const far = ops.mul(target, ops.mask(ops.greater(d, nearest(d, different, target)))); // [pairs]
      const near = ops.mul(different, ops.mask(ops.less(d, ops.neg(nearest(ops.neg(d), target, different))))); // [pairs]
      const weights = ops.add(far, near); // [pairs]
      return {
        terms: [{ values: ops.add(pull, push), weights }],
        monitors: { activeShare: shareOf(weights, ops.onesLike(d)) },
      };
    },
  }),
});

/** The smallest of `x` among `rivals`, or, where these are fewer than two, the mean among `own`. each [pairs] -> [] */
function nearest(x: Tensor, rivals: Tensor, own: Tensor): Tensor {
  return ops.constant(() => {
    const smallest = ops.min(ops.add(ops.mul(x, rivals), ops.mul(ops.sub(1, rivals), 1e30))); // []
    const mean = ops.divNoNan(ops.sum(ops.mul(x, own)), ops.sum(own)); // []
    const several = ops.mask(ops.greater(ops.sum(rivals), 1)); // []
    return ops.add(ops.mul(several, smallest), ops.mul(ops.sub(1, several), mean)); // []
  });
}
