import type { Tensor } from '@tensorflow/tfjs-core';
import type { Json } from './data.js';
import type { FieldKind } from './encoder.js';
import type { Draw, Step } from './random.js';

export type AugmentationDeclarations = {
  readonly accepts: readonly FieldKind[];
  /** May left and right of a pair share one draw (`sides: together`). */
  readonly together?: boolean;
  /** Options under which it changes nothing: the conformance kit holds it to them. */
  readonly identity?: Readonly<Record<string, Json>>;
};
export type Place = 'step' | 'worker';
export interface StepAugmentation {
  /** [n, ...shape] -> [n, ...shape] */
  augment(values: Tensor, step: Step): Tensor;
}
export interface WorkerAugmentation {
  augment<V extends string | Float32Array | Uint8Array>(value: V, draw: Draw): V;
}
export type AugmentationInstance<A> = A extends 'worker' ? WorkerAugmentation : StepAugmentation;
