import type { Tensor } from '@tensorflow/tfjs-core';
import type { FieldKind } from './encoder.js';
import type { Draw, Step } from './random.js';

export type AugmentationDeclarations = {
  readonly accepts: readonly FieldKind[];
  /** May left and right of a pair share one draw (`sides: together`). */
  readonly together?: boolean;
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
