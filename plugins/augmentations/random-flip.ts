import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Mirrors images with a probability: left and right (`horizontal`), top and bottom (`vertical`), or each of both by itself.
 * Shapes: [n, height, width, channels] -> the same. Each item draws its own.
 * Errors: none.
 */
export const randomFlip = definePlugin(Augmentation, {
  name: 'random-flip',
  summary: 'Mirrors images at random.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      axis: {
        type: 'string',
        enum: ['horizontal', 'vertical', 'both'],
        default: 'horizontal',
        description: 'horizontal swaps left and right, vertical top and bottom.',
      },
      probability: { type: 'number', minimum: 0, maximum: 1, default: 0.5, description: 'How likely a mirroring is.' },
    },
  },
  accepts: ['image'],
  place: 'step',
  together: true,
  identity: { probability: 0 },
  create: ({ axis, probability }) => {
    const axes = axis === 'both' ? [2, 1] : axis === 'horizontal' ? [2] : [1];
    return {
      augment: (values, { random }) =>
        axes.reduce((images, at) => {
          const chosen = random.bernoulli([images.shape[0]!, 1, 1, 1], probability); // [n, 1, 1, 1]
          return ops.add(ops.mul(chosen, ops.reverse(images, at)), ops.mul(ops.sub(1, chosen), images)); // [n, h, w, c]
        }, values),
    };
  },
});
