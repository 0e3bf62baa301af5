import { Encoder, type SymbolicTensor } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { dropped, embedding, hiddenLayers, through } from './blocks.js';
import { activation, batchNormalization, dimensions, dropout, hidden, initializer, normalize } from './options.js';

/**
 * A bag of n-grams: each run of `grams` tokens (of characters, with the bounds of the text; of words) is hashed into one of
 * `buckets` vectors of length `width`; their mean, batch normalisation, hidden layers with dropout, and a linear layer of
 * `dimensions`. What a text has in common with another counts, wherever it stands; typing errors change a few n-grams.
 * Shapes: text [batch, length] -> [batch, dimensions]. Of nothing but padding the mean is 0.
 * Errors: OPTION_RANGE where an n-gram is longer than the text.
 * Source: Bojanowski, Grave, Joulin, Mikolov 2017, "Enriching Word Vectors with Subword Information"; Weinberger and others
 * 2009, for hashing.
 */
export const textBag = definePlugin(Encoder, {
  name: 'text-bag',
  summary: 'The mean of hashed n-grams of a text, hidden layers and a linear embedding.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      grams: {
        type: 'array',
        items: { type: 'integer', minimum: 1, description: 'Tokens in a run.' },
        minItems: 1,
        default: [1, 2, 3],
        description: 'Lengths of the runs of tokens that are looked at.',
      },
      buckets: {
        type: 'integer',
        minimum: 2,
        maximum: 32768,
        default: 4096,
        description: 'Vectors that the n-grams are hashed into; the fewer, the more of them share one.',
      },
      width: { type: 'integer', minimum: 1, default: 64, description: 'Length of the vector of an n-gram.' },
      hidden,
      dimensions,
      activation,
      dropout: { ...dropout, description: `${dropout.description} Of the mean, and after each hidden layer.` },
      batchNormalization: { ...batchNormalization, description: 'Normalises the mean, and what enters each activation, by the mean and variance of its batch, in use by their moving averages.' }, // biome-ignore format: one option
      normalize,
      initializer,
    },
  },
  accepts: { text: [1] },
  create: (options, { inputs, layers, input, model }) => {
    const source = inputs[0]!;
    const { grams: sizes, buckets, width } = options;
    checkSizes(sizes, source.shape[0]!);
    const from = input(source); // [batch, length]
    const ids = through(layers.ngramIds({ sizes, buckets }), from); // [batch, places]
    const table = layers.embedding({ inputDim: buckets + 1, outputDim: width, embeddingsInitializer: 'randomNormal' });
    const present = through(layers.paddingMask(), ids); // [batch, places]
    const mean = layers.maskedMean().apply([through(table, ids), present]) as SymbolicTensor; // [batch, width]
    const scaled = options.batchNormalization ? through(layers.batchNormalization(), mean) : mean; // [batch, width]
    const kept = hiddenLayers(dropped(scaled, layers, options.dropout), layers, options); // [batch, units]
    return model({ inputs: [from], outputs: embedding(kept, layers, options) }); // [batch, dimensions]
  },
});

/** With its bounds a text of `length` tokens has runs of `length + 2`. */
function checkSizes(sizes: readonly number[], length: number): void {
  const long = sizes.findIndex((size) => size > (size === 1 ? length : length + 2));
  if (long < 0) return;
  fail(
    'OPTION_RANGE',
    `grams of ${sizes[long]} tokens are longer than the text, which keeps ${length} and its bounds`,
    {
      path: `grams.${long}`,
      hint: 'data.fields.<field>.length says how many tokens are kept.',
    },
  );
}
