import { Optimizer } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { adamStep } from './adam-step.js';
import { beta1, beta2, epsilon, learningRate } from './options.js';

/**
 * Adam with decoupled weight decay: the weights shrink beside the step, and the moments do not see it.
 *   w <- w - learningRate*weightDecay*w - learningRate * sqrt(1-beta2^t)/(1-beta1^t) * m/(sqrt(v) + epsilon)
 * Biases and scales of normalisation do not decay.
 * Shapes: weight, gradient and moments alike; learning rate and step [].
 * Units: `weightDecay` is a share of the weight per step, times the learning rate.
 * Errors: none of its own.
 * Source: Loshchilov, Hutter 2019, with the learning rate in the decay as in Keras and PyTorch.
 */
export const adamw = definePlugin(Optimizer, {
  name: 'adamw',
  summary: 'Adam with decoupled weight decay.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      learningRate,
      weightDecay: {
        type: 'number',
        minimum: 0,
        default: 0.01,
        description: 'Share of each weight that a step takes away, times the learning rate.',
      },
      beta1,
      beta2,
      epsilon,
    },
  },
  slots: { firstMoment: 0, secondMoment: 0 },
  create: (options) => ({
    update(input) {
      const { weight, learningRate: rate, decay } = input;
      const { change, slots } = adamStep(input, options);
      const lost = ops.mul(ops.mul(rate, decay ? options.weightDecay : 0), weight); // as the weight
      return { weight: ops.sub(ops.sub(weight, lost), change), slots }; // as the weight
    },
  }),
});
