import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Makes images lighter or darker as a whole: x + b, b ~ uniform(-amount, amount), one for all channels.
 * Shapes: [n, height, width, channels] -> the same. Each item draws its own.
 * Units: those of the scaled field (0..1 unless `scale` says otherwise). Nothing is cut off at its ends: a network has no
 * need of it, and the range is the field's affair.
 * Errors: none.
 */
export const brightness = definePlugin(Augmentation, {
  name: 'brightness',
  summary: 'Makes images lighter or darker at random.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      amount: {
        type: 'number',
        minimum: 0,
        default: 0.1,
        description: 'Most that is added or taken, in units of the scaled field.',
      },
    },
  },
  accepts: ['image'],
  place: 'step',
  together: true,
  identity: { amount: 0 },
  create: ({ amount }) => ({
    augment: (values, { random }) => ops.add(values, random.uniform([values.shape[0]!, 1, 1, 1], -amount, amount)), // [n, height, width, channels]
  }),
});
