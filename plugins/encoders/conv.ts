import { Encoder, type Layers, type SymbolicTensor } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { activated, dropped, embedding, through } from './blocks.js';
import { activation, batchNormalization, dimensions, dropout, initializer, normalize } from './options.js';

/**
 * A plain convolutional network: for each entry of `filters` a convolution, the activation and max pooling; then everything
 * flattened, dropout, and a linear layer of `dimensions`. On a sequence the convolutions run along time.
 * Shapes: image [batch, height, width, channels] or sequence [batch, time, channels] -> [batch, dimensions].
 * Errors: SHAPE where a block would leave nothing of the image.
 */
export const conv = definePlugin(Encoder, {
  name: 'conv',
  summary: 'Convolutions with pooling and a linear embedding.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      filters: {
        type: 'array',
        items: { type: 'integer', minimum: 1, description: 'Filters of one convolution.' },
        minItems: 1,
        default: [32, 64],
        description: 'Filters of each convolution, from the input on.',
      },
      kernel: {
        type: 'integer',
        minimum: 1,
        default: 3,
        description: 'Width of the convolutions, in pixels or time steps.',
      },
      pool: { type: 'integer', minimum: 1, default: 2, description: 'Max pooling after each convolution; 1: none.' },
      padding: {
        type: 'string',
        enum: ['valid', 'same'],
        default: 'valid',
        description: 'valid: a convolution takes kernel - 1 off each size. same: zeros around keep the size.',
      },
      dimensions,
      activation,
      dropout: { ...dropout, description: `${dropout.description} Before the embedding.` },
      batchNormalization,
      normalize,
      initializer,
    },
  },
  accepts: { image: [3], sequence: [2] },
  create: (options, { inputs, layers, input, model }) => {
    const source = inputs[0]!;
    checkSizes(source.shape.slice(0, -1), options);
    const from = input(source); // [batch, ...sizes, channels]
    const { convolution, pooling } = layersFor(layers, source.shape.length, options);
    const features = options.filters.reduce<SymbolicTensor>((x, filters) => {
      // Pooled before the activation: no activation decreases, so that it is the same, and a quarter of the work.
      const pool = options.pool > 1 ? pooling() : null;
      return activated(x, { layers, options, pool }, (share) => convolution({ filters, ...share })); // [batch, ...sizes, filters]
    }, from);
    const flat = dropped(through(layers.flatten(), features), layers, options.dropout); // [batch, size]
    return model({ inputs: [from], outputs: embedding(flat, layers, options) }); // [batch, dimensions]
  },
});

interface Sizing {
  readonly filters: readonly number[];
  readonly kernel: number;
  readonly pool: number;
  readonly padding: 'valid' | 'same';
}
type ConvolutionArgs = Parameters<Layers['conv2d']>[0];

function layersFor(layers: Layers, rank: number, { kernel, pool, padding }: Sizing) {
  const sized = { kernelSize: kernel, padding };
  return {
    convolution: (args: Pick<ConvolutionArgs, 'filters' | 'activation' | 'useBias' | 'kernelInitializer'>) =>
      rank === 3 ? layers.conv2d({ ...sized, ...args }) : layers.conv1d({ ...sized, ...args }),
    pooling: () => (rank === 3 ? layers.maxPooling2d({ poolSize: pool }) : layers.maxPooling1d({ poolSize: pool })),
  };
}

/** Follows the sizes through the blocks. Errors: SHAPE at the first block that has too little to work on. */
function checkSizes(input: readonly number[], { filters, kernel, pool, padding }: Sizing): void {
  let sizes = input;
  for (const [i, count] of filters.entries()) {
    const needed = padding === 'same' ? pool : kernel + pool - 1;
    if (sizes.some((size) => size < needed)) {
      const [given, wanted] = [sizes.join('x'), sizes.map(() => needed).join('x')];
      const work = `kernel: ${kernel}, pool: ${pool} and padding: ${padding}`;
      fail(
        'SHAPE',
        `an input of ${input.join('x')} is too small for filters: [${filters.join(', ')}] with ${work}: ` +
          `convolution ${i + 1} (${count} filters) gets ${given} and needs ${wanted}`,
        { path: 'filters', hint: 'Use fewer filters, a smaller kernel or pool, padding: same, or larger images.' },
      );
    }
    sizes = sizes.map((size) => Math.floor((padding === 'same' ? size : size - kernel + 1) / pool));
  }
}
