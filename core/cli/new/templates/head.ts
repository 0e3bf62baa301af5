import { definePlugin, Head, ops } from 'siamese';

/**
 * A learned line over the distance: offset - scale * distance.
 * Shapes: distance [pairs] -> [pairs]. Larger is more alike.
 */
export const example = definePlugin(Head, {
  name: 'acme/example',
  summary: 'A learned line over the distance.',
  api: 1,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { scale: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Factor on the distance.' } },
  },
  produces: 'logit',
  reads: 'distance',
  weights: { offset: { shape: [], initializer: 'ones' } },
  create: ({ scale }) => ({ score: ({ distance }, { offset }) => ops.sub(offset, ops.mul(scale, distance())) }), // [pairs]
});
