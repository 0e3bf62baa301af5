import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fillOptions, middle, moved } from './affine.js';

/**
 * Enlarges or shrinks images about their middle, in their frame: by a factor ~ uniform(1 - amount, 1 + amount); bilinear.
 * Shapes: [n, height, width, channels] -> the same. Each item draws its own.
 * Errors: none.
 */
export const randomScale = definePlugin(Augmentation, {
  name: 'random-scale',
  summary: 'Enlarges or shrinks images at random.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      amount: {
        type: 'number',
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.1,
        description: 'How far the factor may be from 1, either way.',
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
      const factor = random.uniform([values.shape[0]!], 1 - amount, 1 + amount); // [n]
      const [step, none] = [ops.div(1, factor), ops.zerosLike(factor)]; // [n] each
      const [x, y] = middle(values);
      const from = (at: number): ops.Tensor => ops.sub(at, ops.mul(step, at)); // [n]
      return moved(values, { xx: step, xy: none, x0: from(x), yx: none, yy: step, y0: from(y) }, { fill, value }); // [n, height, width, channels]
    },
  }),
});
