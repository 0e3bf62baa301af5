import { Encoder } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { activated, dropped, normalized, vectorOf } from './blocks.js';
import { activation, batchNormalization, dimensions, dropout, initializer, normalize } from './options.js';

/**
 * One fully connected layer over all numbers of an item: activation(x W + b), then dropout, then unit length.
 * Shapes: each input [batch, ...shape], flattened and joined in order -> [batch, dimensions].
 * Errors: none of its own.
 */
export const dense = definePlugin(Encoder, {
  name: 'dense',
  summary: 'One fully connected layer.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      dimensions,
      activation: { ...activation, default: 'linear', description: 'Function that gives the embedding.' },
      dropout,
      batchNormalization,
      normalize,
      initializer,
    },
  },
  accepts: { vector: [1], number: [0, 1], sequence: [2], image: [3] },
  inputs: 'many',
  create: (options, context) => {
    const { layers } = context;
    const { from, vector } = vectorOf(context); // [batch, size]
    const units = options.dimensions;
    const layer = activated(vector, { layers, options }, (share) => layers.dense({ units, ...share })); // [batch, dimensions]
    const outputs = normalized(dropped(layer, layers, options.dropout), layers, options.normalize); // [batch, dimensions]
    return context.model({ inputs: from, outputs });
  },
});
