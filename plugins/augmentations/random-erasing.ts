import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Paints over a rectangle of an image, or a stretch of a sequence in all its channels, with a probability: each side is
 * ~ uniform(least, most) of the item's, anywhere inside. A place is covered where its middle is.
 * Shapes: [n, height, width, channels] or [n, time, channels] -> the same. Each item draws its own.
 * Errors: none.
 * Source: Zhong et al. 2020, Random Erasing Data Augmentation; there area and proportions are drawn.
 */
export const randomErasing = definePlugin(Augmentation, {
  name: 'random-erasing',
  summary: 'Paints over a rectangle of images, or a stretch of sequences, at random.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      probability: { type: 'number', minimum: 0, maximum: 1, default: 0.5, description: 'How likely it is.' },
      least: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 0.1,
        description: 'Shortest side, as a share of the item.',
      },
      most: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 0.4,
        description: 'Longest side, as a share of the item.',
      },
      value: { type: 'number', default: 0, description: 'What is painted, in units of the scaled field.' },
    },
  },
  accepts: ['image', 'sequence'],
  place: 'step',
  together: true,
  identity: { probability: 0 },
  create: ({ probability, least, most, value }) => ({
    augment(values, { random }) {
      const [n, ...sizes] = values.shape.slice(0, -1) as [number, ...number[]];
      const ranked = (axis: number, size: number): number[] =>
        values.shape.map((_, i) => (i === 0 ? n : i === axis ? size : 1));
      /** 1 on the places of one axis that are covered. */
      const covered = (size: number, axis: number): ops.Tensor => {
        const share = random.uniform([n, 1], Math.min(least, most), Math.max(least, most)); // [n, 1]
        const start = ops.mul(random.uniform([n, 1]), ops.sub(1, share)); // [n, 1]
        const places = ops.div(ops.add(ops.range(0, size, 1, 'float32'), 0.5), size); // [size], middles in 0..1
        const inside = ops.logicalAnd(ops.greaterEqual(places, start), ops.less(places, ops.add(start, share))); // [n, size]
        return ops.reshape(ops.mask(inside), ranked(axis, size)); // [n, 1.., size, ..1]
      };
      const chosen = ops.reshape(random.bernoulli([n], probability), ranked(0, 1)); // [n, 1, ..]
      const painted = sizes.reduce((mask, size, i) => ops.mul(mask, covered(size, i + 1)), chosen); // [n, ..sizes, 1]
      return ops.add(ops.mul(values, ops.sub(1, painted)), ops.mul(painted, value)); // shape of values
    },
  }),
});
