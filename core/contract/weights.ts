/**
 * Weights of a plugin outside the encoder (proxies, a learned distance): declared as data; the core makes, trains and
 * saves them.
 * @module weights
 */
import type { Tensor } from '@tensorflow/tfjs-core';

/** Known when the plan is made; enough to size every weight. */
export interface Facts {
  /** Groups of the training part. */
  readonly groups: number;
  /** Numbers in one embedding. */
  readonly dimensions: number;
  /** Items of the training part. */
  readonly items: number;
  /** Rows of a batch. */
  readonly batchSize: number;
}
/** A size is a number, a fact or the name of one of the plugin's integer options. */
export type Size<N extends string = string> = number | 'groups' | 'dimensions' | 'batchSize' | N;
/** A weight outside the encoder (proxies, a learned distance, a head), declared as data: the core owns, trains and saves it. */
export interface WeightSpec<N extends string = string> {
  /** Its shape. */
  readonly shape: readonly Size<N>[];
  /** What it starts as; drawn from the recipe's seed. */
  readonly initializer:
    | 'zeros'
    | 'ones'
    | 'identity'
    | 'glorotNormal'
    | 'glorotUniform'
    | 'heNormal'
    | 'unitSphere'
    | { readonly constant: number }
    | { readonly normal: number };
  /** false: changed only by `updates` of the step (running centres, queues). Saved all the same. */
  readonly trainable?: boolean;
  /** Multiplies the learning rate (proxies usually want 10-100). */
  readonly learningRateScale?: number;
}
/** Weights by name. */
export type WeightSpecs = Readonly<Record<string, WeightSpec>>;
/** The plugin's own weights, by the names it declared. */
export type Weights<W> = { readonly [K in keyof W]: Tensor };
/** New values for some of them. */
export type Updates<W> = { readonly [K in keyof W]?: Tensor };
