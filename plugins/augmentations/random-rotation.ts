import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fillOptions, middle, moved } from './affine.js';

/**
 * Turns images about their middle by an angle ~ uniform(-degrees, degrees), clockwise where it is positive; bilinear.
 * Shapes: [n, height, width, channels] -> the same. Each item draws its own.
 * Errors: none.
 */
export const randomRotation = definePlugin(Augmentation, {
  name: 'random-rotation',
  summary: 'Turns images by an angle at random.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      degrees: { type: 'number', minimum: 0, maximum: 180, default: 15, description: 'Largest angle, either way.' },
      ...fillOptions,
    },
  },
  accepts: ['image'],
  place: 'step',
  together: true,
  identity: { degrees: 0 },
  create: ({ degrees, fill, value }) => ({
    augment(values, { random }) {
      const largest = (degrees / 180) * Math.PI;
      const angle = random.uniform([values.shape[0]!], -largest, largest); // [n]
      const [cos, sin] = [ops.cos(angle), ops.sin(angle)]; // [n] each
      const [x, y] = middle(values);
      const x0 = ops.sub(ops.sub(x, ops.mul(cos, x)), ops.mul(sin, y)); // [n]
      const y0 = ops.sub(ops.add(y, ops.mul(sin, x)), ops.mul(cos, y)); // [n]
      return moved(values, { xx: cos, xy: sin, x0, yx: ops.neg(sin), yy: cos, y0 }, { fill, value }); // [n, height, width, channels]
    },
  }),
});
