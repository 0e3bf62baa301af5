import { Optimizer } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { epsilon, learningRate } from './options.js';

/**
 * AdaGrad: gradients divided by the root of all their squares so far, which starts at 0.1.
 *   s <- s + g^2;  w <- w - learningRate * g/(sqrt(s) + epsilon)
 * Shapes: weight, gradient and sum alike; learning rate [].
 * Units: `learningRate` is in the units of the weights; `epsilon` in those of the gradient.
 * Errors: none of its own.
 * Source: Duchi, Hazan, Singer 2011; start and epsilon as in TensorFlow.
 */
export const adagrad = definePlugin(Optimizer, {
  name: 'adagrad',
  summary: 'Gradients divided by the root of the sum of their squares.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { learningRate: { ...learningRate, default: 0.01 }, epsilon },
  },
  slots: { squareSum: 0.1 },
  fused: {
    op: 'ResourceApplyAdagradV2',
    attributes: (options) => ({ epsilon: options.epsilon, update_slots: true }),
  },
  create: (options) => ({
    update({ weight, gradient, slots, learningRate: rate }) {
      const squareSum = ops.add(slots.squareSum, ops.square(gradient)); // as the weight
      const descent = ops.div(ops.mul(rate, gradient), ops.add(ops.sqrt(squareSum), options.epsilon)); // as the weight
      return { weight: ops.sub(weight, descent), slots: { squareSum } }; // as the weight
    },
  }),
});
