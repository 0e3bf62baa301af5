import type { Tensor } from '@tensorflow/tfjs-core';

/** Known when the plan is made; enough to size every weight. */
export interface Facts {
  readonly groups: number;
  readonly dimensions: number;
  readonly items: number;
  readonly batchSize: number;
}
/** A size is a number, a fact or the name of one of the plugin's integer options. */
export type Size<N extends string = string> = number | 'groups' | 'dimensions' | 'batchSize' | N;
/** A weight outside the encoder (proxies, a learned distance, a head), declared as data: the core owns, trains and saves it. */
export interface WeightSpec<N extends string = string> {
  readonly shape: readonly Size<N>[];
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
export type WeightSpecs = Readonly<Record<string, WeightSpec>>;
export type Weights<W> = { readonly [K in keyof W]: Tensor };
export type Updates<W> = { readonly [K in keyof W]?: Tensor };
