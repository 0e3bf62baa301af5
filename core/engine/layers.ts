/**
 * The layers that encoders are made of: those of tfjs-layers, and ours. Inside a build their weights start as zeros and are
 * drawn afterwards by (seed, name); their dropout and noise are made stateless (`adapt-layers.ts`).
 */
import { serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  type LayerConfig,
  MaskedMean,
  PaddingMask,
  PositionalEncoding,
  type PositionalEncodingConfig,
  SelfAttention,
  type SelfAttentionConfig,
} from './attention.js';
import { NgramIds, type NgramIdsConfig } from './ngrams.js';
import { l2Normalize } from './ops.js';

/** A layer of the one running copy of tfjs-layers. */
export type Layer = tfl.layers.Layer;
type Standard = Omit<typeof tfl.layers, 'randomWidth'>;

/** The layers that an encoder may use: all of tfjs-layers but `randomWidth`, and these. */
export type Layers = Standard & {
  /** Vectors of length 1 along the last axis; zero vectors stay zero. [.., d] -> [.., d] */
  normalize(config?: LayerConfig): Layer;
  /** Multi-head self-attention. x [batch, time, w] (and what is no padding [batch, time]) -> [batch, time, w] */
  selfAttention(config: SelfAttentionConfig): Layer;
  /** x * scale + sines of the position. [batch, time, w] -> [batch, time, w] */
  positionalEncoding(config?: PositionalEncodingConfig): Layer;
  /** 1 where an id is no padding. [batch, time] int32 -> [batch, time] */
  paddingMask(config?: LayerConfig): Layer;
  /** The hashed n-grams of ids, padding left out. [batch, length] int32 -> [batch, places] int32 */
  ngramIds(config: NgramIdsConfig): Layer;
  /** Mean over time of what is no padding. x [batch, time, w], present [batch, time] -> [batch, w] */
  maskedMean(config?: LayerConfig): Layer;
};

/** Divides by the euclidean length along the last axis, x / |x|; a zero vector stays zero, with gradient 0. [.., d] -> [.., d] */
class Normalize extends tfl.layers.Layer {
  static className = 'Normalize';
  constructor(config: LayerConfig = {}) {
    super({ ...config });
    this.supportsMasking = true;
  }
  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => l2Normalize(Array.isArray(inputs) ? inputs[0]! : inputs)); // [.., d]
  }
}
serialization.registerClass(Normalize);

// A width drawn in JavaScript would be the same at every step of a recorded run.
const { randomWidth: _, ...standard } = tfl.layers;
/** The layers themselves. An encoder is given the same as `layers` of its context, seeded: those are to be used there. */
export const layers: Layers = Object.freeze({
  ...standard,
  normalize: (config?: LayerConfig) => new Normalize(config),
  selfAttention: (config: SelfAttentionConfig) => new SelfAttention(config),
  positionalEncoding: (config?: PositionalEncodingConfig) => new PositionalEncoding(config),
  paddingMask: (config: LayerConfig = {}) => new PaddingMask({ ...config }),
  ngramIds: (config: NgramIdsConfig) => new NgramIds(config),
  maskedMean: (config: LayerConfig = {}) => new MaskedMean({ ...config }),
});
