/** The pieces that the plain encoders are made of. */
import type { EncoderContext, Layers, SymbolicTensor } from '../../core/contract/index.js';
import type { OptionsOf } from '../../core/plugin/options.js';
import type * as shared from './options.js';

type Shared = OptionsOf<{ properties: typeof shared }>;
type Layer = ReturnType<Layers['normalize']>;
/** What a block leaves to its layer: with batch normalisation the activation comes after it, and beta does the bias's work. */
export interface LayerShare {
  readonly activation?: Shared['activation'];
  readonly useBias: boolean;
  readonly kernelInitializer: Shared['initializer'];
}
export type BlockOptions = Pick<Shared, 'activation' | 'batchNormalization' | 'initializer'>;

/** `layer.apply` for one input and one output. */
export const through = (layer: Layer, x: SymbolicTensor): SymbolicTensor => layer.apply(x) as SymbolicTensor;

/** All inputs side by side as one vector: [batch, ...shape] each -> [batch, sum of sizes] */
export function vectorOf({ layers, inputs, input }: EncoderContext): {
  readonly from: SymbolicTensor[];
  readonly vector: SymbolicTensor;
} {
  const from = inputs.map(input);
  const vectors = from.map((x, i) => {
    const rank = inputs[i]!.shape.length;
    if (rank === 1) return x; // [batch, size]
    return through(rank === 0 ? layers.reshape({ targetShape: [1] }) : layers.flatten(), x); // [batch, size]
  });
  const joined = vectors.length > 1 ? (layers.concatenate().apply(vectors) as SymbolicTensor) : vectors[0]!;
  return { from, vector: joined }; // [batch, sum of sizes]
}

interface Block {
  readonly layers: Layers;
  readonly options: BlockOptions;
  /** Max pooling of the result, if there is any. */
  readonly pool?: Layer | null;
}

/** These fall somewhere: the largest of their values need not be that of the largest input. */
const falling = new Set<Shared['activation']>(['gelu', 'swish']);

/**
 * A layer, batch normalisation where it is asked for, the activation and the pooling. An activation that never falls comes
 * after the pooling: the values are the same, at a quarter of the work.
 */
export function activated(
  x: SymbolicTensor,
  { layers, options, pool = null }: Block,
  make: (share: LayerShare) => Layer,
): SymbolicTensor {
  const { activation, batchNormalization, initializer } = options;
  const isWhole = !batchNormalization && pool === null;
  const share = { useBias: !batchNormalization, kernelInitializer: initializer };
  const made = through(make(isWhole ? { ...share, activation } : share), x);
  if (isWhole) return made;
  const normal = batchNormalization ? through(layers.batchNormalization(), made) : made;
  const act = (y: SymbolicTensor): SymbolicTensor =>
    activation === 'linear' ? y : through(layers.activation({ activation }), y);
  if (pool === null) return act(normal);
  return falling.has(activation) ? through(pool, act(normal)) : act(through(pool, normal));
}

/** Dropout, where there is any. */
export const dropped = (x: SymbolicTensor, layers: Layers, rate: number): SymbolicTensor =>
  rate > 0 ? through(layers.dropout({ rate }), x) : x;

/** Fully connected layers, each with dropout. [batch, size] -> [batch, last of `hidden`] */
export function hiddenLayers(
  x: SymbolicTensor,
  layers: Layers,
  options: BlockOptions & Pick<Shared, 'hidden' | 'dropout'>,
): SymbolicTensor {
  return options.hidden.reduce((y, units) => {
    const layer = activated(y, { layers, options }, (share) => layers.dense({ units, ...share })); // [batch, units]
    return dropped(layer, layers, options.dropout); // [batch, units]
  }, x);
}

/** Unit length, where it is asked for. [batch, dimensions] -> [batch, dimensions] */
export const normalized = (x: SymbolicTensor, layers: Layers, normalize: boolean): SymbolicTensor =>
  normalize ? through(layers.normalize(), x) : x;

/** The last layer, linear. [batch, size] -> [batch, dimensions] */
export function embedding(
  x: SymbolicTensor,
  layers: Layers,
  { dimensions, initializer, normalize }: Pick<Shared, 'dimensions' | 'initializer' | 'normalize'>,
): SymbolicTensor {
  const linear = through(layers.dense({ units: dimensions, kernelInitializer: initializer }), x);
  return normalized(linear, layers, normalize);
}
