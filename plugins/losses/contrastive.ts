import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Contrastive loss: pulls same pairs together, pushes different ones beyond `margin`.
 *   y*d^2 + (1-y)*max(0, margin-d)^2
 * Shapes: distance [pairs], target [pairs] -> [pairs], unreduced.
 * Units: `margin` is in the units of the distance, and must lie inside its range.
 * Errors: none of its own.
 * Source: Hadsell, Chopra, LeCun 2006, without its factor 1/2; there y = 1 marks a different pair.
 */
export const contrastive = definePlugin(Loss, {
  name: 'contrastive',
  summary: 'Margin loss over pair distances.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      margin: {
        type: 'number',
        exclusiveMinimum: 0,
        default: 1,
        description: 'Distance beyond which a different pair costs nothing.',
      },
    },
  },
  needs: { score: 'distance', margins: ['margin'], targets: 'binary' },
  create: ({ margin }) => ({
    perPair(distance, target) {
      const pull = ops.mul(target, ops.square(distance)); // [pairs]
      const push = ops.mul(ops.sub(1, target), ops.square(ops.relu(ops.sub(margin, distance)))); // [pairs]
      return ops.add(pull, push); // [pairs]
    },
  }),
});
