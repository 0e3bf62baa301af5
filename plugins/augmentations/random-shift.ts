import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fillOptions, moved } from './affine.js';

/**
 * Moves images by whole pixels, so that nothing is blurred: down and to the right each by -m .. m, all equally likely,
 *   m = round(amount * height), round(amount * width)
 * Shapes: [n, height, width, channels] -> the same. Each item draws its own.
 * Errors: none.
 */
export const randomShift = definePlugin(Augmentation, {
  name: 'random-shift',
  summary: 'Moves images by some pixels at random.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      amount: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 0.1,
        description: 'Farthest move, as a share of height and width.',
      },
      ...fillOptions,
    },
  },
  accepts: ['image'],
  place: 'step',
  together: true,
  identity: { amount: 0 },
  create: ({ amount, fill, value }) => ({
    augment(values, { random }) {
      const [n, height, width] = values.shape as [number, number, number];
      const offset = (size: number): ops.Tensor => {
        const most = Math.round(amount * size);
        return ops.sub(ops.cast(random.integers([n], 2 * most + 1), 'float32'), most); // [n], whole
      };
      const [one, none] = [ops.ones([n]), ops.zeros([n])]; // [n] each
      const at = { xx: one, xy: none, x0: ops.neg(offset(width)), yx: none, yy: one, y0: ops.neg(offset(height)) }; // [n] each
      return moved(values, at, { fill, value }, 'nearest'); // [n, height, width, channels]
    },
  }),
});
