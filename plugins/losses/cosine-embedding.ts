import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Cosine embedding loss: pulls same pairs to cosine 1, pushes different ones below the cosine `margin`.
 *   y*(1 - cos) + (1-y)*max(0, cos - margin)
 * Its formula is on the cosine: it reads the distance `cosine`, d = 1 - cos, and no other.
 * Shapes: distance [pairs], target [pairs] -> [pairs], unreduced.
 * Units: `margin` is a cosine, not a distance: the larger, the less is pushed.
 * Errors: none of its own.
 * Source: torch.nn.CosineEmbeddingLoss, whose targets -1 are 0 here.
 */
export const cosineEmbedding = definePlugin(Loss, {
  name: 'cosine-embedding',
  summary: 'Same pairs to cosine 1, different ones below a margin.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      margin: {
        type: 'number',
        minimum: -1,
        exclusiveMaximum: 1,
        default: 0,
        description: 'Cosine below which a different pair costs nothing.',
      },
    },
  },
  needs: { score: 'distance', distance: 'cosine', targets: 'binary' },
  create: ({ margin }) => ({
    perPair(distance, target) {
      const pull = ops.mul(target, distance); // [pairs]
      const push = ops.mul(ops.sub(1, target), ops.relu(ops.sub(1 - margin, distance))); // [pairs]
      return ops.add(pull, push); // [pairs]
    },
  }),
});
