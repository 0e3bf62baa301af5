import { Optimizer } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { learningRate } from './options.js';

/**
 * Gradient descent, with momentum where it is asked for.
 *   v <- momentum*v - learningRate*g;  w <- w + v, or with Nesterov's w + momentum*v - learningRate*g
 * Shapes: weight, gradient and velocity alike; learning rate [].
 * Units: `learningRate` is in the units of weight per gradient; the velocity holds it.
 * Errors: none of its own.
 * Source: Polyak 1964; Sutskever, Martens, Dahl, Hinton 2013; Keras SGD.
 */
export const sgd = definePlugin(Optimizer, {
  name: 'sgd',
  summary: 'Gradient descent, with or without momentum.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      learningRate: { ...learningRate, default: 0.01 },
      momentum: {
        type: 'number',
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        description: 'Share of the velocity that each step keeps; 0 is plain gradient descent.',
      },
      nesterov: {
        type: 'boolean',
        default: false,
        description: 'Looks ahead along the velocity before it steps.',
      },
    },
  },
  slots: { velocity: 0 },
  fused: {
    op: 'ResourceApplyKerasMomentum',
    attributes: ({ momentum, nesterov }) => ({ momentum, use_nesterov: nesterov }),
  },
  create: ({ momentum, nesterov }) => ({
    update({ weight, gradient, slots, learningRate: rate }) {
      const descent = ops.mul(rate, gradient); // as the weight
      const velocity = ops.sub(ops.mul(slots.velocity, momentum), descent); // as the weight
      const change = nesterov ? ops.sub(ops.mul(velocity, momentum), descent) : velocity; // as the weight
      return { weight: ops.add(weight, change), slots: { velocity } }; // as the weight
    },
  }),
});
