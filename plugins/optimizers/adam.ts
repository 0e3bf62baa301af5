import { Optimizer } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { adamStep } from './adam-step.js';
import { beta1, beta2, epsilon, learningRate } from './options.js';

/**
 * Adam: steps of about the learning rate, whatever the size of the gradients.
 *   m <- beta1*m + (1-beta1)*g;  v <- beta2*v + (1-beta2)*g^2
 *   w <- w - learningRate * sqrt(1-beta2^t)/(1-beta1^t) * m/(sqrt(v) + epsilon)
 * Shapes: weight, gradient and moments alike; learning rate and step [].
 * Units: `learningRate` is in the units of the weights.
 * Errors: none of its own.
 * Source: Kingma, Ba 2015; epsilon as in TensorFlow and Keras.
 */
export const adam = definePlugin(Optimizer, {
  name: 'adam',
  summary: 'Adaptive moment estimation.',
  options: { type: 'object', additionalProperties: false, properties: { learningRate, beta1, beta2, epsilon } },
  slots: { firstMoment: 0, secondMoment: 0 },
  fused: {
    op: 'ResourceApplyAdam',
    attributes: (options) => ({
      beta1: options.beta1,
      beta2: options.beta2,
      epsilon: options.epsilon,
      use_nesterov: false,
    }),
  },
  create: (options) => ({
    update(input) {
      const { change, slots } = adamStep(input, options);
      return { weight: ops.sub(input.weight, change), slots }; // as the weight
    },
  }),
});
