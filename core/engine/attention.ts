/**
 * Layers of ours over sequences: self-attention, positions, and what knows of padding. Padding is handed on as a tensor of
 * its own, [batch, time], 1 where something stands and 0 where nothing does.
 */
import { serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import * as ops from './ops.js';

/** What every layer takes. */
export type LayerConfig = {
  /** Its name in the model; absent: by its class and a number. */
  readonly name?: string;
  /** Whether its weights are trained. Default true. */
  readonly trainable?: boolean;
};
/** `heads`: how many, a divisor of the width. */
export type SelfAttentionConfig = LayerConfig & { readonly heads: number; readonly kernelInitializer?: string };
/** `scale`: what the embeddings are multiplied by first. */
export type PositionalEncodingConfig = LayerConfig & { readonly scale?: number };

/** Added to the score of padding: its weight is then 0 in float32. */
const NEVER = -1e9;
const projections = ['query', 'key', 'value', 'output'] as const;
type Projection = (typeof projections)[number];
type Shape = (number | null)[];

const firstOf = (shape: Shape | Shape[]): Shape => (Array.isArray(shape[0]) ? shape[0] : (shape as Shape));
const listOf = (inputs: Tensor | Tensor[]): Tensor[] => (Array.isArray(inputs) ? inputs : [inputs]);

/**
 * Multi-head self-attention: softmax(q k' / sqrt(w / heads)) v in each head, its heads side by side through a last linear
 * map. Inputs: x [batch, time, w], and optionally what is no padding [batch, time]. -> [batch, time, w]
 * Where all is padding, every place gets the same weight. Source: Vaswani and others 2017.
 */
export class SelfAttention extends tfl.layers.Layer {
  static className = 'SelfAttention';
  readonly #heads: number;
  readonly #initializer: string;
  readonly #kernels = new Map<Projection, tfl.LayerVariable>();
  readonly #biases = new Map<Projection, tfl.LayerVariable>();
  constructor({ heads, kernelInitializer = 'glorotUniform', ...config }: SelfAttentionConfig) {
    super({ ...config });
    this.#heads = heads;
    this.#initializer = kernelInitializer;
  }
  override build(inputShape: Shape | Shape[]): void {
    const width = firstOf(inputShape).at(-1)!;
    if (width % this.#heads !== 0) throw new Error(`${this.#heads} heads cannot share a width of ${width}`);
    const [kernels, zeros] = [initializer(this.#initializer), initializer('zeros')];
    for (const name of projections) {
      this.#kernels.set(name, this.addWeight(`${name}_kernel`, [width, width], 'float32', kernels));
      // what a bias of the keys adds to all scores of a place, softmax takes away again
      if (name !== 'key') this.#biases.set(name, this.addWeight(`${name}_bias`, [width], 'float32', zeros));
    }
    super.build(inputShape);
  }
  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return firstOf(inputShape);
  }
  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const [x, present] = listOf(inputs) as [Tensor, Tensor?];
      const [batch, time, width] = x.shape as [number, number, number];
      const split = (name: Projection): Tensor => {
        const parts = ops.reshape(this.#map(x, name), [batch, time, this.#heads, width / this.#heads]); // [batch, time, heads, w / heads]
        return ops.transpose(parts, [0, 2, 1, 3]); // [batch, heads, time, w / heads]
      };
      const [query, key, value] = [split('query'), split('key'), split('value')]; // [batch, heads, time, w / heads] each
      const scale = Math.sqrt(this.#heads / width);
      const scores = ops.mul(ops.matMul(query, key, false, true), scale); // [batch, heads, time, time]
      const weights = ops.softmax(present ? ops.add(scores, padded(present)) : scores); // [batch, heads, time, time]
      const read = ops.transpose(ops.matMul(weights, value), [0, 2, 1, 3]); // [batch, time, heads, w / heads]
      return this.#map(ops.reshape(read, [batch, time, width]), 'output'); // [batch, time, w]
    });
  }
  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), heads: this.#heads, kernelInitializer: this.#initializer };
  }
  /** [batch, time, w] -> [batch, time, w] */
  #map(x: Tensor, name: Projection): Tensor {
    const width = x.shape[2]!;
    const rows = ops.matMul(ops.reshape(x, [-1, width]), this.#kernels.get(name)!.read()); // [batch * time, w]
    const bias = this.#biases.get(name)?.read(); // [w]
    return ops.reshape(bias ? ops.add(rows, bias) : rows, x.shape); // [batch, time, w]
  }
}

/** What padding adds to the scores. [batch, time] -> [batch, 1, 1, time] */
function padded(present: Tensor): Tensor {
  const [batch, time] = present.shape as [number, number];
  return ops.reshape(ops.mul(NEVER, ops.sub(1, present)), [batch, 1, 1, time]); // [batch, 1, 1, time]
}

/** An initializer by its name: tfjs-layers makes them from names only in its own layers. */
function initializer(name: string): ReturnType<typeof tfl.initializers.zeros> {
  const make = (tfl.initializers as unknown as Record<string, (config: object) => unknown>)[name];
  if (!make) throw new Error(`there is no initializer "${name}"`);
  return make({}) as ReturnType<typeof tfl.initializers.zeros>;
}

/**
 * x * scale + position, where position [time, w] holds sin(t / 10000^(2i / w)) at 2i and the cosine at 2i + 1: distances
 * in time become linear maps. x [batch, time, w] -> [batch, time, w]. Source: Vaswani and others 2017.
 */
export class PositionalEncoding extends tfl.layers.Layer {
  static className = 'PositionalEncoding';
  readonly #scale: number;
  constructor({ scale = 1, ...config }: PositionalEncodingConfig = {}) {
    super({ ...config });
    this.#scale = scale;
  }
  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const x = listOf(inputs)[0]!; // [batch, time, w]
      const [, time, width] = x.shape as [number, number, number];
      return ops.add(ops.mul(x, this.#scale), ops.tensor3d(positions(time, width), [1, time, width])); // [batch, time, w]
    });
  }
  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), scale: this.#scale };
  }
}

function positions(time: number, width: number): Float32Array {
  return Float32Array.from({ length: time * width }, (_, i) => {
    const [t, k] = [Math.floor(i / width), i % width];
    const angle = t / 10_000 ** ((2 * Math.floor(k / 2)) / width);
    return k % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

/** 1 where an id stands, 0 where it is 0, padding. [batch, time] int32 -> [batch, time] */
export class PaddingMask extends tfl.layers.Layer {
  static className = 'PaddingMask';
  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => ops.mask(ops.notEqual(listOf(inputs)[0]!, 0))); // [batch, time]
  }
}

/** Mean over time of what is no padding, 0 where all is. x [batch, time, w], present [batch, time] -> [batch, w] */
export class MaskedMean extends tfl.layers.Layer {
  static className = 'MaskedMean';
  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, , width] = firstOf(inputShape);
    return [batch!, width!];
  }
  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const [x, present] = listOf(inputs) as [Tensor, Tensor];
      const sums = ops.sum(ops.mul(x, ops.expandDims(present, 2)), 1); // [batch, w]
      return ops.div(sums, ops.maximum(ops.sum(present, 1, true), 1)); // [batch, w]
    });
  }
}

for (const layer of [SelfAttention, PositionalEncoding, PaddingMask, MaskedMean]) serialization.registerClass(layer);
