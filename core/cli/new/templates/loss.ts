import { definePlugin, Loss, ops } from 'siamese';

/**
 * Same pairs close, different ones beyond a margin, both linear: y*d + (1-y)*max(0, margin-d).
 * Shapes: distance [pairs], target [pairs] -> [pairs], unreduced.
 * Units: `margin` is in the units of the distance.
 */
export const example = definePlugin(Loss, {
  name: 'acme/example',
  summary: 'A linear margin loss over pair distances.',
  api: 1,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      margin: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Where a different pair costs nothing.' },
    },
  },
  needs: { score: 'distance', margins: ['margin'] },
  create: ({ margin }) => ({
    perPair(distance, target) {
      const push = ops.mul(ops.sub(1, target), ops.relu(ops.sub(margin, distance))); // [pairs]
      return ops.add(ops.mul(target, distance), push); // [pairs]
    },
  }),
});
