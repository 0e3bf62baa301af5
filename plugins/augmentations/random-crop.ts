import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { moved } from './affine.js';

/**
 * A part of the image, of its proportions, enlarged to fill it: sides ~ uniform(least, 1) of its own, anywhere inside;
 * bilinear.
 * Shapes: [n, height, width, channels] -> the same. Each item draws its own.
 * Errors: none.
 */
export const randomCrop = definePlugin(Augmentation, {
  name: 'random-crop',
  summary: 'Takes a part of images at random, enlarged to their size.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      least: {
        type: 'number',
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.8,
        description: 'Smallest part, as a share of height and width.',
      },
    },
  },
  accepts: ['image'],
  place: 'step',
  together: true,
  identity: { least: 1 },
  create: ({ least }) => ({
    augment(values, { random }) {
      const [n, height, width] = values.shape as [number, number, number];
      const share = random.uniform([n], least, 1); // [n]
      const from = (size: number): ops.Tensor => ops.mul(random.uniform([n]), ops.mul(ops.sub(1, share), size - 1)); // [n]
      const none = ops.zerosLike(share); // [n]
      const at = { xx: share, xy: none, x0: from(width), yx: none, yy: share, y0: from(height) }; // [n] each
      return moved(values, at, { fill: 'edge', value: 0 }); // [n, height, width, channels]
    },
  }),
});
