import { Encoder, type Layers, type SymbolicTensor } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { activated, type BlockOptions, dropped, embedding, type LayerShare, through } from './blocks.js';
import { activation, batchNormalization, dimensions, dropout, initializer, normalize } from './options.js';

/**
 * A small residual network: a convolution, then for each entry of `filters` a stage of `blocks` residual blocks, each
 *   activation(x + conv(activation(conv(x))))
 * with batch normalisation after every convolution. Every stage but the first halves the size by a stride of 2; where size
 * or filters change, x passes a convolution of width 1. Then the mean over all places, dropout, and a linear layer of
 * `dimensions`. On a sequence the convolutions run along time.
 * Shapes: image [batch, height, width, channels] or sequence [batch, time, channels] -> [batch, dimensions].
 * Errors: none of its own: any size will do.
 * Source: He, Zhang, Ren, Sun 2016, "Deep Residual Learning for Image Recognition".
 */
export const residual = definePlugin(Encoder, {
  name: 'residual',
  summary: 'Residual blocks of convolutions, their mean and a linear embedding.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      filters: {
        type: 'array',
        items: { type: 'integer', minimum: 1, description: 'Filters of one stage.' },
        minItems: 1,
        default: [16, 32, 64],
        description: 'Filters of each stage, from the input on; every stage but the first halves the size.',
      },
      blocks: { type: 'integer', minimum: 1, default: 1, description: 'Residual blocks in each stage.' },
      kernel: {
        type: 'integer',
        minimum: 1,
        default: 3,
        description: 'Width of the convolutions, in pixels or time steps.',
      },
      dimensions,
      activation,
      dropout: { ...dropout, description: `${dropout.description} Before the embedding.` },
      batchNormalization: { ...batchNormalization, default: true },
      normalize,
      initializer: { ...initializer, default: 'heNormal' },
    },
  },
  accepts: { image: [3], sequence: [2] },
  create: (options, { inputs, layers, input, model }) => {
    const source = inputs[0]!;
    const from = input(source); // [batch, ...sizes, channels]
    const flat = source.shape.length === 2;
    const block = blockOf({ layers, options, flat });
    const stem = block.convolved(from, { filters: options.filters[0]!, stride: 1 }); // [batch, ...sizes, filters]
    const features = options.filters.reduce<SymbolicTensor>((x, filters, stage) => {
      const halved = block.residual(x, { filters, stride: stage === 0 ? 1 : 2 }); // [batch, ...halved, filters]
      const others = Array.from({ length: options.blocks - 1 });
      return others.reduce<SymbolicTensor>((y) => block.residual(y, { filters, stride: 1 }), halved); // [batch, ...halved, filters]
    }, stem);
    const mean = through(flat ? layers.globalAveragePooling1d({}) : layers.globalAveragePooling2d({}), features); // [batch, filters]
    return model({ inputs: [from], outputs: embedding(dropped(mean, layers, options.dropout), layers, options) }); // [batch, dimensions]
  },
});

interface Sizing {
  readonly filters: number;
  readonly stride: number;
}

function blockOf(network: {
  readonly layers: Layers;
  readonly options: BlockOptions & { readonly kernel: number };
  /** A sequence. */
  readonly flat: boolean;
}) {
  const { layers, options, flat } = network;
  const { activation: name } = options;
  const linear = { layers, options: { ...options, activation: 'linear' as const } };
  const convolution = ({ filters, stride }: Sizing, width: number) => {
    const sized = { filters, kernelSize: width, strides: stride, padding: 'same' as const };
    return (share: LayerShare) =>
      flat ? layers.conv1d({ ...sized, ...share }) : layers.conv2d({ ...sized, ...share });
  };
  const convolved = (x: SymbolicTensor, sizing: Sizing): SymbolicTensor =>
    activated(x, { layers, options }, convolution(sizing, options.kernel)); // [batch, ...sizes, filters]
  const residualOf = (x: SymbolicTensor, sizing: Sizing): SymbolicTensor => {
    const first = convolved(x, sizing); // [batch, ...sizes, filters]
    const second = activated(first, linear, convolution({ ...sizing, stride: 1 }, options.kernel)); // [batch, ...sizes, filters]
    const same = sizing.stride === 1 && x.shape.at(-1) === sizing.filters;
    const shortcut = same ? x : activated(x, linear, convolution(sizing, 1)); // [batch, ...sizes, filters]
    const sum = layers.add({}).apply([second, shortcut]) as SymbolicTensor; // [batch, ...sizes, filters]
    return name === 'linear' ? sum : through(layers.activation({ activation: name }), sum); // [batch, ...sizes, filters]
  };
  return { convolved, residual: residualOf };
}
