import { Encoder, type EncoderContext, type Layers, type SymbolicTensor } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import type { OptionsOf } from '../../core/plugin/options.js';
import { fail } from '../../core/problem/index.js';
import { dropped, embedding, through } from './blocks.js';
import { activation, batchNormalization, dimensions, dropout, initializer, normalize } from './options.js';

const properties = {
  width: { type: 'integer', minimum: 1, default: 64, description: 'Length of the vector at each place.' },
  heads: {
    type: 'integer',
    minimum: 1,
    default: 4,
    description: 'Attention heads of each block; they share the width.',
  },
  blocks: { type: 'integer', minimum: 1, default: 2, description: 'Blocks of attention and a fully connected layer.' },
  hidden: {
    type: 'integer',
    minimum: 1,
    default: 128,
    description: 'Units of the fully connected layer of each block.',
  },
  dimensions,
  activation: { ...activation, default: 'gelu', description: 'Function of the fully connected layers.' },
  dropout: { ...dropout, description: `${dropout.description} Of what each block adds, and before the embedding.` },
  batchNormalization: {
    ...batchNormalization,
    description:
      'Normalises the mean of the places by the mean and variance of its batch, in use by their moving averages.',
  },
  normalize,
  initializer,
} as const;

/**
 * A small transformer: each place of the sequence a vector of `width` plus sines of its position, then `blocks` of
 *   x + attention(norm(x)), then x + W2 activation(W1 norm(x))
 * (norm: over the vector), a last norm, the mean over all places, batch normalisation, dropout, and a linear layer of
 * `dimensions`. Padding of text is neither attended to nor in the mean; of nothing but padding the mean is 0.
 * Shapes: sequence [batch, time, channels] or text [batch, length] -> [batch, dimensions].
 * Errors: OPTION_RANGE where the heads cannot share the width.
 * Source: Vaswani and others 2017; the norm before each part: Xiong and others 2020.
 */
export const transformer = definePlugin(Encoder, {
  name: 'transformer',
  summary: 'Blocks of self-attention over a sequence, their mean and a linear embedding.',
  options: { type: 'object', additionalProperties: false, properties },
  accepts: { sequence: [2], text: [1] },
  create: (options, context) => {
    const { width, heads } = options;
    if (width % heads !== 0) {
      fail('OPTION_RANGE', `heads must divide the width, got ${heads} for a width of ${width}`, { path: 'heads' });
    }
    const { layers, model } = context;
    const { from, vectors, present } = placesOf(context, options); // [batch, time], [batch, time, width], [batch, time]
    const block = { layers, options, present };
    const read = Array.from({ length: options.blocks }).reduce<SymbolicTensor>((x) => blockOf(x, block), vectors); // [batch, time, width]
    const normed = through(layers.layerNormalization(), read); // [batch, time, width]
    const mean = present
      ? (layers.maskedMean().apply([normed, present]) as SymbolicTensor) // [batch, width]
      : through(layers.globalAveragePooling1d({}), normed); // [batch, width]
    const scaled = options.batchNormalization ? through(layers.batchNormalization(), mean) : mean; // [batch, width]
    const outputs = embedding(dropped(scaled, layers, options.dropout), layers, options); // [batch, dimensions]
    return model({ inputs: [from], outputs });
  },
});

type Options = OptionsOf<{ properties: typeof properties }>;

/** The input as vectors with their positions, and where they are no padding (null: nowhere padded). */
function placesOf({ inputs, input, layers }: EncoderContext, { width, initializer: kernelInitializer }: Options) {
  const source = inputs[0]!;
  const from = input(source); // [batch, time, channels] or [batch, length]
  if (source.dtype !== 'int32') {
    const linear = through(layers.dense({ units: width, kernelInitializer }), from); // [batch, time, width]
    return { from, vectors: through(layers.positionalEncoding(), linear), present: null }; // [batch, time, width]
  }
  const table = layers.embedding({
    inputDim: source.vocabulary ?? 1,
    outputDim: width,
    embeddingsInitializer: 'randomNormal',
  });
  const vectors = through(layers.positionalEncoding({ scale: Math.sqrt(width) }), through(table, from)); // [batch, length, width]
  return { from, vectors, present: through(layers.paddingMask(), from) }; // [batch, length]
}

/** [batch, time, width] -> [batch, time, width] */
function blockOf(
  x: SymbolicTensor,
  how: { readonly layers: Layers; readonly options: Options; readonly present: SymbolicTensor | null },
): SymbolicTensor {
  const { layers, options, present } = how;
  const { width, heads, hidden, initializer: kernelInitializer } = options;
  const added = (y: SymbolicTensor, part: SymbolicTensor): SymbolicTensor =>
    layers.add({}).apply([y, dropped(part, layers, options.dropout)]) as SymbolicTensor; // [batch, time, width]
  const attention = layers.selfAttention({ heads, kernelInitializer });
  const normed = through(layers.layerNormalization(), x); // [batch, time, width]
  const attended = added(x, attention.apply(present ? [normed, present] : normed) as SymbolicTensor); // [batch, time, width]
  const inner = layers.dense({ units: hidden, activation: options.activation, kernelInitializer });
  const wide = through(inner, through(layers.layerNormalization(), attended)); // [batch, time, hidden]
  return added(attended, through(layers.dense({ units: width, kernelInitializer }), wide)); // [batch, time, width]
}
