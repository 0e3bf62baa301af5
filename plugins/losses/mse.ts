import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Squared error: (s - y)^2.
 * Shapes: value [pairs], target [pairs] -> [pairs], unreduced.
 * Units: those of the target, squared.
 * Errors: none of its own.
 */
export const mse = definePlugin(Loss, {
  name: 'mse',
  summary: 'Squared difference of score and target.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  needs: { score: 'value', targets: 'real' },
  create: () => ({ perPair: (value, target) => ops.square(ops.sub(value, target)) }), // [pairs]
});
