/** The layers that the recipe of a `sequential` encoder may name: their options, and what each makes of them. */
import type { Layers } from '../../core/contract/index.js';
import type { OptionSchema, OptionsOf } from '../../core/plugin/options.js';
import { activation, batchNormalization, type initializer } from './options.js';
import { recurrentLayer } from './recurrent.js';

const count = (description: string) => ({ type: 'integer', minimum: 1, description }) as const;
const activated = { ...activation, description: 'Function of the layer.' } as const;
const padding = {
  type: 'string',
  enum: ['valid', 'same'],
  default: 'same',
  description: 'same: zeros around keep the size. valid: each size loses kernel - 1.',
} as const;
const recurrent = {
  units: count('Units, in each direction.'),
  bidirectional: { type: 'boolean', default: false, description: 'Whether it reads the sequence backwards, too.' },
  sequences: {
    type: 'boolean',
    default: false,
    description: 'Whether it gives its state at every step, not the last alone.',
  },
} as const;
const convolution = {
  kernel: { ...count('Width, in pixels or time steps.'), default: 3 },
  stride: { ...count('Places between two outputs.'), default: 1 },
  padding,
  activation: activated,
} as const;
const size = { size: { ...count('Width, in pixels or time steps.'), default: 2 } } as const;

/** One layer: closed, told apart by `type`. */
const kind = <const T extends string, const P extends Readonly<Record<string, OptionSchema>>>(
  type: T,
  description: string,
  properties: P,
) =>
  ({
    type: 'object',
    additionalProperties: false,
    description,
    properties: { type: { type: 'string', enum: [type], description: 'Name of the layer.' }, ...properties },
    required: ['type', ...Object.keys(properties).filter((name) => !('default' in properties[name]!))],
  }) as const;

export const kinds = [
  kind('dense', 'A fully connected layer along the last axis.', { units: count('Units.'), activation: activated }),
  kind('conv', 'A convolution of an image, or along time.', { filters: count('Filters.'), ...convolution }),
  kind('depthwise-conv', 'A convolution of each channel of an image by itself.', convolution),
  kind('max-pool', 'The largest of each window.', size),
  kind('average-pool', 'The mean of each window.', size),
  kind('global-max-pool', 'The largest of all places.', {}),
  kind('global-average-pool', 'The mean of all places.', {}),
  kind('lstm', 'Long short-term memory over a sequence.', recurrent),
  kind('gru', 'Gated recurrent units over a sequence.', recurrent),
  kind('embedding', 'A vector for each id of a text.', { dimensions: count('Length of the vector.') }),
  kind('flatten', 'All numbers as one vector.', {}),
  kind('reshape', 'The same numbers in another shape.', {
    shape: { type: 'array', items: count('One size.'), minItems: 1, description: 'The shape, without the batch.' },
  }),
  kind('activation', 'A function of each number.', { activation: activated }),
  kind('dropout', 'Sets some numbers to zero in training.', {
    rate: { type: 'number', minimum: 0, exclusiveMaximum: 1, description: 'Share of the numbers.' },
  }),
  kind('batch-normalization', batchNormalization.description, {}),
  kind('layer-normalization', 'Normalises each vector by its own mean and variance.', {}),
] as const;

type OfKind<S> = S extends { properties: infer P } ? OptionsOf<{ properties: P }> : never;
/** One layer of the recipe, its options complete. */
export type LayerSpec = OfKind<(typeof kinds)[number]>;
type Of<T extends LayerSpec['type']> = Extract<LayerSpec, { type: T }>;
type Layer = ReturnType<Layers['normalize']>;

/** What a layer is made from beside its options. */
export interface Making {
  readonly layers: Layers;
  /** Of its input, without the batch: 2 a sequence, 3 an image. */
  readonly rank: number;
  /** Number of ids, padding included. */
  readonly vocabulary: number;
  readonly kernelInitializer: OptionsOf<{ properties: { initializer: typeof initializer } }>['initializer'];
}

/** Ranks of the inputs that a layer takes, without the batch. */
export const ranks: Readonly<Partial<Record<LayerSpec['type'], readonly number[]>>> = {
  conv: [2, 3], 'depthwise-conv': [3], 'max-pool': [2, 3], 'average-pool': [2, 3], 'global-max-pool': [2, 3],
  'global-average-pool': [2, 3], lstm: [2], gru: [2], embedding: [1],
}; // biome-ignore format: a table

const recurrentOf = ({ type, units, bidirectional, sequences }: Of<'lstm' | 'gru'>, { layers, kernelInitializer }: Making): Layer =>
  recurrentLayer(layers, { cell: type, units, bidirectional, returnSequences: sequences, activation: 'tanh', initializer: kernelInitializer }); // biome-ignore format: one call

const makers: { readonly [T in LayerSpec['type']]: (spec: Of<T>, making: Making) => Layer } = {
  dense: ({ units, activation: name }, { layers, kernelInitializer }) =>
    layers.dense({ units, activation: name, kernelInitializer }),
  conv({ filters, kernel, stride, padding: around, activation: name }, { layers, rank, kernelInitializer }) {
    const args = { filters, kernelSize: kernel, strides: stride, padding: around, activation: name, kernelInitializer };
    return rank === 3 ? layers.conv2d(args) : layers.conv1d(args);
  },
  'depthwise-conv': ({ kernel, stride, padding: around, activation: name }, { layers, kernelInitializer }) =>
    layers.depthwiseConv2d({ kernelSize: kernel, strides: stride, padding: around, activation: name, depthwiseInitializer: kernelInitializer }), // biome-ignore format: one call
  'max-pool': ({ size: poolSize }, { layers, rank }) =>
    rank === 3 ? layers.maxPooling2d({ poolSize }) : layers.maxPooling1d({ poolSize }),
  'average-pool': ({ size: poolSize }, { layers, rank }) =>
    rank === 3 ? layers.averagePooling2d({ poolSize }) : layers.averagePooling1d({ poolSize }),
  'global-max-pool': (_, { layers, rank }) =>
    rank === 3 ? layers.globalMaxPooling2d({}) : layers.globalMaxPooling1d({}),
  'global-average-pool': (_, { layers, rank }) =>
    rank === 3 ? layers.globalAveragePooling2d({}) : layers.globalAveragePooling1d({}),
  lstm: recurrentOf,
  gru: recurrentOf,
  embedding: ({ dimensions }, { layers, vocabulary }) =>
    layers.embedding({ inputDim: vocabulary, outputDim: dimensions }),
  flatten: (_, { layers }) => layers.flatten(),
  reshape: ({ shape }, { layers }) => layers.reshape({ targetShape: [...shape] }),
  activation: ({ activation: name }, { layers }) => layers.activation({ activation: name }),
  dropout: ({ rate }, { layers }) => layers.dropout({ rate }),
  'batch-normalization': (_, { layers }) => layers.batchNormalization(),
  'layer-normalization': (_, { layers }) => layers.layerNormalization(),
};

export function makeLayer<T extends LayerSpec['type']>(spec: Of<T> & { readonly type: T }, making: Making): Layer {
  return makers[spec.type](spec, making);
}
