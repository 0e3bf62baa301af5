import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Absolute error: |s - y|, with gradient 0 where they are equal.
 * Shapes: value [pairs], target [pairs] -> [pairs], unreduced.
 * Units: those of the target.
 * Errors: none of its own.
 */
export const mae = definePlugin(Loss, {
  name: 'mae',
  summary: 'Absolute difference of score and target.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  needs: { score: 'value', targets: 'real' },
  create: () => ({ perPair: (value, target) => ops.abs(ops.sub(value, target)) }), // [pairs]
});
