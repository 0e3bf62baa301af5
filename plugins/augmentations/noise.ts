import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Adds noise to each value: x + e, e ~ normal(0, deviation).
 * Shapes: [n, ...shape] -> the same. Each value of each item draws its own.
 * Units: those of the scaled field.
 * Errors: none.
 */
export const noise = definePlugin(Augmentation, {
  name: 'noise',
  summary: 'Adds normal noise to every value.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      deviation: {
        type: 'number',
        minimum: 0,
        default: 0.05,
        description: 'Standard deviation, in units of the scaled field.',
      },
    },
  },
  accepts: ['vector', 'number', 'sequence', 'image'],
  place: 'step',
  together: true,
  identity: { deviation: 0 },
  create: ({ deviation }) => ({
    augment: (values, { random }) => ops.add(values, random.normal(values.shape, 0, deviation)), // [n, ...shape]
  }),
});
