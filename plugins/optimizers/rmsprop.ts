import { Optimizer } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { epsilon, learningRate } from './options.js';

/**
 * RMSProp: gradients divided by the root of their recent mean square.
 *   s <- rho*s + (1-rho)*g^2;  v <- momentum*v + learningRate * g/sqrt(s + epsilon);  w <- w - v
 * Shapes: weight, gradient and slots alike; learning rate [].
 * Units: `learningRate` is in the units of the weights; `epsilon` in those of the squared gradient.
 * Errors: none of its own.
 * Source: Tieleman, Hinton 2012; epsilon under the root as in TensorFlow and Keras.
 */
export const rmsprop = definePlugin(Optimizer, {
  name: 'rmsprop',
  summary: 'Gradients divided by the root of their recent mean square.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      learningRate,
      rho: {
        type: 'number',
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.9,
        description: 'Share of the mean square that each step keeps.',
      },
      momentum: {
        type: 'number',
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        description: 'Share of the velocity that each step keeps.',
      },
      epsilon,
    },
  },
  slots: { meanSquare: 0, velocity: 0 },
  fused: {
    op: 'ResourceApplyRMSProp',
    attributes: (options) => ({ rho: options.rho, momentum: options.momentum, epsilon: options.epsilon }),
  },
  create: (options) => ({
    update({ weight, gradient, slots, learningRate: rate }) {
      const rise = ops.sub(ops.square(gradient), slots.meanSquare); // as the weight
      const meanSquare = ops.add(slots.meanSquare, ops.mul(1 - Math.fround(options.rho), rise)); // as the weight
      const descent = ops.div(ops.mul(rate, gradient), ops.sqrt(ops.add(meanSquare, options.epsilon))); // as the weight
      const velocity = ops.add(ops.mul(slots.velocity, options.momentum), descent); // as the weight
      return { weight: ops.sub(weight, velocity), slots: { meanSquare, velocity } }; // as the weight
    },
  }),
});
