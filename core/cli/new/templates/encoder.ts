import { definePlugin, Encoder } from 'siamese';

/**
 * Two fully connected layers.
 * Shapes: vector [batch, size] -> [batch, dimensions].
 */
export const example = definePlugin(Encoder, {
  name: 'acme/example',
  summary: 'Two fully connected layers.',
  api: 1,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      hidden: { type: 'integer', minimum: 1, default: 32, description: 'Units of the hidden layer.' },
      dimensions: { type: 'integer', minimum: 1, default: 8, description: 'Length of the embedding.' },
    },
  },
  accepts: { vector: [1] },
  create: ({ hidden, dimensions }, { inputs, layers, input, model }) => {
    const x = input(inputs[0]!); // [batch, size]
    const wide = layers.dense({ units: hidden, activation: 'relu' }).apply(x) as typeof x; // [batch, hidden]
    return model({ inputs: [x], outputs: layers.dense({ units: dimensions }).apply(wide) as typeof x }); // [batch, dimensions]
  },
});
