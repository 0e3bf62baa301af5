import { Encoder, type EncoderContext, type Layers, type SymbolicTensor } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { dropped, embedding, through } from './blocks.js';
import { activation, batchNormalization, dimensions, dropout, initializer, normalize } from './options.js';

/**
 * Recurrent layers, LSTM or GRU, over a sequence: the last layer's last state, batch normalisation, dropout, and a linear
 * layer of `dimensions`. Bidirectional layers read the sequence both ways and put both states side by side. Text is read by
 * a vector for each token; padding leaves the state alone, and of nothing but padding the state is 0.
 * Shapes: sequence [batch, time, channels] or text [batch, length] -> [batch, dimensions].
 * Errors: none of its own.
 * Source: Hochreiter, Schmidhuber 1997; Cho and others 2014 (the reset gate before the product); Schuster, Paliwal 1997.
 */
export const recurrent = definePlugin(Encoder, {
  name: 'recurrent',
  summary: 'LSTM or GRU layers over a sequence and a linear embedding.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      cell: { type: 'string', enum: ['lstm', 'gru'], default: 'lstm', description: 'What a layer keeps over time.' },
      units: {
        type: 'array',
        items: { type: 'integer', minimum: 1, description: 'Units of one layer.' },
        minItems: 1,
        default: [64],
        description: 'Units of each recurrent layer, from the input on; in each direction.',
      },
      bidirectional: {
        type: 'boolean',
        default: false,
        description: 'Whether layers read the sequence backwards, too.',
      },
      tokenDimensions: {
        type: 'integer',
        minimum: 1,
        default: 32,
        description: 'Length of the vector of each token; for text.',
      },
      dimensions,
      activation: { ...activation, default: 'tanh', description: 'Function of the candidate state.' },
      dropout: { ...dropout, description: `${dropout.description} After each recurrent layer.` },
      batchNormalization: { ...batchNormalization, description: 'Normalises the last state by the mean and variance of its batch, in use by their moving averages.' }, // biome-ignore format: one option
      normalize,
      initializer,
    },
  },
  accepts: { sequence: [2], text: [1] },
  create: (options, context) => {
    const { layers, model } = context;
    const { from, sequence } = sequenceOf(context, options.tokenDimensions); // [batch, time, channels]
    const last = options.units.length - 1;
    const state = options.units.reduce<SymbolicTensor>((x, units, i) => {
      const layer = recurrentLayer(layers, { ...options, units, returnSequences: i < last });
      return dropped(through(layer, x), layers, options.dropout); // [batch, time, units], at last [batch, units]
    }, sequence);
    const scaled = options.batchNormalization ? through(layers.batchNormalization(), state) : state; // [batch, units]
    return model({ inputs: [from], outputs: embedding(scaled, layers, options) }); // [batch, dimensions]
  },
});

/** The input, as vectors over time: of text with its padding marked. -> [batch, time, channels] */
function sequenceOf({ inputs, input, layers }: EncoderContext, width: number) {
  const source = inputs[0]!;
  const from = input(source); // [batch, time, channels] or [batch, length]
  if (source.dtype !== 'int32') return { from, sequence: from };
  const table = layers.embedding({ inputDim: source.vocabulary ?? 1, outputDim: width, maskZero: true });
  return { from, sequence: through(table, from) }; // [batch, length, width]
}

interface RecurrentOptions {
  readonly cell: 'lstm' | 'gru';
  readonly units: number;
  readonly bidirectional: boolean;
  readonly returnSequences: boolean;
  readonly activation: Parameters<Layers['activation']>[0]['activation'];
  readonly initializer: Parameters<Layers['lstm']>[0]['kernelInitializer'];
}

/** One recurrent layer. [batch, time, channels] -> [batch, time, units] or [batch, units]; bidirectional: twice the units */
export function recurrentLayer(layers: Layers, options: RecurrentOptions): ReturnType<Layers['normalize']> {
  const { cell, units, bidirectional, returnSequences } = options;
  const settings = {
    units,
    returnSequences,
    activation: options.activation,
    recurrentActivation: 'sigmoid' as const,
    ...(options.initializer === undefined ? {} : { kernelInitializer: options.initializer }),
  };
  const layer = cell === 'lstm' ? layers.lstm(settings) : layers.gru(settings);
  if (!bidirectional) return layer;
  return layers.bidirectional({ layer: layer as Parameters<Layers['bidirectional']>[0]['layer'], mergeMode: 'concat' });
}
