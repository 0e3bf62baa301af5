import {
  type BuildEncoder,
  Encoder,
  type EncoderContext,
  type Input,
  type SymbolicTensor,
} from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail, suggestion } from '../../core/problem/index.js';
import { dropped, embedding, hiddenLayers, normalized, through } from './blocks.js';
import { activation, batchNormalization, dimensions, dropout, hidden, initializer, normalize } from './options.js';

/**
 * An item of several fields: an encoder for each, side by side, then dropout, hidden layers, and a linear layer of
 * `dimensions`. A field's encoder is the one that `encoders` names for it, else that of its kind: a number enters as it is,
 * a category by a vector of `categoryDimensions`, any other by the encoder under `text`, `image`, `sequence` or `vector`.
 * With `dimensions: null` no layer of its own comes after the fields or the hidden layers: the embedding is what they give.
 * Shapes: each input [batch, ...shape] -> [batch, dimensions]. A field's missing value enters as its field says: zeros, the
 * mean, or padding.
 * Errors: FIELD, where `encoders` names a field that is not there; ENCODER_INPUT, where its encoder does not take it.
 */
export const fields = definePlugin(Encoder, {
  name: 'fields',
  summary: 'An encoder for each field, combined.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      categoryDimensions: {
        type: 'integer',
        minimum: 1,
        default: 8,
        description: 'Length of the vector of a category.',
      },
      hidden,
      dimensions: {
        ...dimensions,
        type: ['integer', 'null'],
        description: 'Length of the embedding. null: what the fields, or the hidden layers, give side by side.',
      },
      activation,
      dropout: {
        ...dropout,
        description: `${dropout.description} Of what the fields give, and after each hidden layer.`,
      },
      batchNormalization,
      normalize,
      initializer,
    },
  },
  parts: {
    encoders: { slot: Encoder, many: 'map', default: 'by-kind', description: 'Encoder of a field, by its name.' },
    text: { slot: Encoder, default: 'text-characters', description: 'Encoder of each text.' },
    image: { slot: Encoder, default: 'conv', description: 'Encoder of each image.' },
    sequence: { slot: Encoder, default: 'recurrent', description: 'Encoder of each sequence.' },
    vector: { slot: Encoder, default: 'dense', description: 'Encoder of each vector.' },
  },
  accepts: { vector: [1], number: [0, 1], category: [0, 1], text: [1], sequence: [2], image: [3] },
  inputs: 'many',
  create: (options, context) => {
    const { layers, inputs, model } = context;
    checkNames(Object.keys(context.encoders), inputs);
    const from = inputs.map(context.input); // [batch, ...shape] each
    const encoded = inputs.map((input, i) => {
      const own = Object.hasOwn(context.encoders, input.name) ? context.encoders[input.name]! : byKind(input, context);
      return own ? through(own([input]), from[i]!) : plain(from[i]!, input, { ...context, ...options }); // [batch, size]
    });
    const all = encoded.length === 1 ? encoded[0]! : (layers.concatenate().apply(encoded) as SymbolicTensor); // [batch, sum of sizes]
    const mixed = hiddenLayers(dropped(all, layers, options.dropout), layers, options); // [batch, units]
    const outputs =
      options.dimensions === null
        ? normalized(mixed, layers, options.normalize) // [batch, units]
        : embedding(mixed, layers, { ...options, dimensions: options.dimensions }); // [batch, dimensions]
    return model({ inputs: from, outputs });
  },
});

type Kinds = Readonly<Record<'text' | 'image' | 'sequence' | 'vector', BuildEncoder>>;

/** null: it needs none. */
function byKind({ kind }: Input, kinds: Kinds): BuildEncoder | null {
  return kind === 'number' || kind === 'category' ? null : kinds[kind];
}

/** A number as it is, a category as a vector. [batch] or [batch, count] -> [batch, size] */
function plain(
  from: SymbolicTensor,
  { shape, dtype, vocabulary }: Input,
  { layers, categoryDimensions }: EncoderContext & { readonly categoryDimensions: number },
): SymbolicTensor {
  const x = shape.length === 0 ? through(layers.reshape({ targetShape: [1] }), from) : from; // [batch, count]
  if (dtype !== 'int32') return x; // [batch, count]
  const table = layers.embedding({ inputDim: vocabulary ?? 1, outputDim: categoryDimensions });
  return through(layers.flatten(), through(table, x)); // [batch, count * categoryDimensions]
}

function checkNames(named: readonly string[], inputs: readonly Input[]): void {
  const names = inputs.map(({ name }) => name);
  const strange = named.find((name) => !names.includes(name));
  if (strange === undefined) return;
  const hint = suggestion(strange, names) || `; fields: ${names.join(', ')}`;
  fail('FIELD', `encoders names the field "${strange}", which is not there${hint}`, { path: `encoders.${strange}` });
}
