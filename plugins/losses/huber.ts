import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Huber loss of the error e = s - y: squared near 0, straight beyond `delta`.
 *   e^2/2 where |e| <= delta, else delta*(|e| - delta/2)
 * With q = min(|e|, delta) both are q^2/2 + delta*(|e| - q).
 * Shapes: value [pairs], target [pairs] -> [pairs], unreduced.
 * Units: `delta` is in the units of the target.
 * Errors: none of its own.
 * Source: Huber 1964; torch.nn.HuberLoss.
 */
export const huber = definePlugin(Loss, {
  name: 'huber',
  summary: 'Squared error near the target, absolute error far from it.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      delta: {
        type: 'number',
        exclusiveMinimum: 0,
        default: 1,
        description: 'Error at which the square turns into a straight line.',
      },
    },
  },
  needs: { score: 'value', targets: 'real' },
  create: ({ delta }) => ({
    perPair(value, target) {
      const error = ops.abs(ops.sub(value, target)); // [pairs]
      const near = ops.minimum(error, delta); // [pairs]
      return ops.add(ops.mul(0.5, ops.square(near)), ops.mul(delta, ops.sub(error, near))); // [pairs]
    },
  }),
});
