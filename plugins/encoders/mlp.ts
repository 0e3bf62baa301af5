import { Encoder } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { embedding, hiddenLayers, vectorOf } from './blocks.js';
import { activation, batchNormalization, dimensions, dropout, hidden, initializer, normalize } from './options.js';

/**
 * A multilayer perceptron over all numbers of an item: for each hidden layer activation(x W + b) and dropout, then a linear
 * layer of `dimensions`.
 * Shapes: each input [batch, ...shape], flattened and joined in order -> [batch, dimensions].
 * Errors: none of its own.
 */
export const mlp = definePlugin(Encoder, {
  name: 'mlp',
  summary: 'Fully connected hidden layers and a linear embedding.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      hidden: {
        ...hidden,
        default: [256, 128],
        description: 'Units of each hidden layer, from the input on; none: [].',
      },
      dimensions,
      activation,
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
    const hidden = hiddenLayers(vector, layers, options); // [batch, units]
    return context.model({ inputs: from, outputs: embedding(hidden, layers, options) }); // [batch, dimensions]
  },
});
