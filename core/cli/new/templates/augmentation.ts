import { Augmentation, definePlugin, ops } from 'siamese';

/**
 * Adds normal noise.
 * Shapes: [n, ...shape] -> [n, ...shape].
 */
export const example = definePlugin(Augmentation, {
  name: 'acme/example',
  summary: 'Adds normal noise.',
  api: 1,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { deviation: { type: 'number', minimum: 0, default: 0.05, description: 'Standard deviation.' } },
  },
  accepts: ['vector', 'sequence'],
  place: 'step',
  create: ({ deviation }) => ({
    augment: (values, { random }) => ops.add(values, random.normal(values.shape, 0, deviation)), // [n, ...shape]
  }),
});
