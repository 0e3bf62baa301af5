import { definePlugin, Optimizer, ops } from 'siamese';

/**
 * Lion: steps by the sign of an interpolated momentum.
 *   w <- w - learningRate * sign(beta1*m + (1-beta1)*g);  m <- beta2*m + (1-beta2)*g
 * Shapes: weight, gradient and momentum alike; learning rate [].
 * Source: Chen et al. 2023.
 */
export const example = definePlugin(Optimizer, {
  name: 'acme/example',
  summary: 'Steps by the sign of the momentum.',
  api: 1,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      learningRate: { type: 'number', exclusiveMinimum: 0, default: 0.001, description: 'Size of a step.' },
      beta1: {
        type: 'number',
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.9,
        description: 'Share of the momentum in a step.',
      },
      beta2: {
        type: 'number',
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.99,
        description: 'What the momentum keeps.',
      },
    },
  },
  slots: { momentum: 0 },
  create: ({ beta1, beta2 }) => ({
    update({ weight, gradient, slots, learningRate }) {
      const mixed = ops.add(ops.mul(beta1, slots.momentum), ops.mul(1 - beta1, gradient)); // as the weight
      const momentum = ops.add(ops.mul(beta2, slots.momentum), ops.mul(1 - beta2, gradient)); // as the weight
      return { weight: ops.sub(weight, ops.mul(learningRate, ops.sign(mixed))), slots: { momentum } }; // as the weight
    },
  }),
});
