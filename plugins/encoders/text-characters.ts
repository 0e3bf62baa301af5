import { Encoder, type EncoderContext, type SymbolicTensor } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { activated, dropped, embedding, hiddenLayers, through } from './blocks.js';
import { activation, batchNormalization, dimensions, dropout, hidden, initializer, normalize } from './options.js';

/**
 * Convolutions over the characters of a text: a vector for each, convolutions of several widths side by side, the activation,
 * and the largest value of each filter anywhere in the text; all filters together, hidden layers with dropout, and a linear
 * layer of `dimensions`. It learns which pieces of a word matter, and how they are written elsewhere.
 * Padding is a vector of zeros, and counts as 0 among the values of a filter: with relu a text has the same embedding
 * whatever length its field keeps.
 * Shapes: text [batch, length] -> [batch, dimensions].
 * Errors: none of its own: any length will do.
 * Source: Kim 2014, "Convolutional Neural Networks for Sentence Classification"; over characters: Kim and others 2016.
 */
export const textCharacters = definePlugin(Encoder, {
  name: 'text-characters',
  summary: 'Convolutions over the characters of a text and a linear embedding.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      width: { type: 'integer', minimum: 1, default: 32, description: 'Length of the vector of a character.' },
      kernels: {
        type: 'array',
        items: { type: 'integer', minimum: 1, description: 'Characters that one convolution sees.' },
        minItems: 1,
        default: [2, 3, 4, 5],
        description: 'Widths of the convolutions, in characters.',
      },
      filters: { type: 'integer', minimum: 1, default: 64, description: 'Filters of each convolution.' },
      hidden,
      dimensions,
      activation,
      dropout: { ...dropout, description: `${dropout.description} Of the filters, and after each hidden layer.` },
      batchNormalization,
      normalize,
      initializer,
    },
  },
  accepts: { text: [1] },
  create: (options, context) => {
    const { layers, model } = context;
    const { from, vectors, present } = charactersOf(context, options.width); // [batch, length, width], [batch, length, 1]
    const found = options.kernels.map((kernelSize) => {
      const convolution = { filters: options.filters, kernelSize, padding: 'same' as const };
      const values = activated(vectors, { layers, options }, (share) => layers.conv1d({ ...convolution, ...share })); // [batch, length, filters]
      const inside = layers.multiply().apply([values, present]) as SymbolicTensor; // [batch, length, filters]
      return through(layers.globalMaxPooling1d({}), inside); // [batch, filters]
    });
    const all = found.length === 1 ? found[0]! : (layers.concatenate().apply(found) as SymbolicTensor); // [batch, filters of all]
    const kept = hiddenLayers(dropped(all, layers, options.dropout), layers, options); // [batch, units]
    return model({ inputs: [from], outputs: embedding(kept, layers, options) }); // [batch, dimensions]
  },
});

/** A vector for each character, zeros for padding, and 1 where there is none. */
function charactersOf({ inputs, input, layers }: EncoderContext, width: number) {
  const source = inputs[0]!;
  const from = input(source); // [batch, length]
  const table = layers.embedding({
    inputDim: source.vocabulary ?? 1,
    outputDim: width,
    embeddingsInitializer: 'randomNormal',
  });
  const mask = through(layers.paddingMask(), from); // [batch, length]
  const present = through(layers.reshape({ targetShape: [source.shape[0]!, 1] }), mask); // [batch, length, 1]
  const vectors = layers.multiply().apply([through(table, from), present]) as SymbolicTensor; // [batch, length, width]
  return { from, vectors, present };
}
