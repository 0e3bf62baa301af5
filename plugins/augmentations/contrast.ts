import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Spreads or draws together the values of images: m + f*(x - m), f ~ uniform(1 - amount, 1 + amount), m the mean of the
 * image's channel.
 * Shapes: [n, height, width, channels] -> the same. Each item draws its own f.
 * Errors: none.
 */
export const contrast = definePlugin(Augmentation, {
  name: 'contrast',
  summary: 'Makes images stronger or weaker in contrast at random.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      amount: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 0.1,
        description: 'How far the factor may be from 1, either way.',
      },
    },
  },
  accepts: ['image'],
  place: 'step',
  together: true,
  identity: { amount: 0 },
  create: ({ amount }) => ({
    augment(values, { random }) {
      const change = random.uniform([values.shape[0]!, 1, 1, 1], -amount, amount); // [n, 1, 1, 1]
      const away = ops.sub(values, ops.mean(values, [1, 2], true)); // [n, height, width, channels]
      return ops.add(values, ops.mul(change, away)); // [n, height, width, channels]
    },
  }),
});
