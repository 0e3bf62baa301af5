/**
 * What an augmentation is: it changes inputs at random while a model is trained, so that the model learns what does
 * not matter.
 * @module augmentation
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Json } from './data.js';
import type { FieldKind } from './encoder.js';
import type { Draw, Step } from './random.js';

/** What an augmentation says of itself beside its options. */
export type AugmentationDeclarations = {
  /** Kinds of fields that it can change. */
  readonly accepts: readonly FieldKind[];
  /** May left and right of a pair share one draw (`sides: together`). */
  readonly together?: boolean;
  /** Options under which it changes nothing: the conformance kit holds it to them. */
  readonly identity?: Readonly<Record<string, Json>>;
};
/** Where it runs: `step` on tensors inside the training step, `worker` on single values while a batch is gathered. */
export type AugmentationPlace = 'step' | 'worker';
/** An augmentation of `place: 'step'`: pure tensor functions, drawn anew at every step. */
export interface StepAugmentation {
  /** [n, ...shape] -> [n, ...shape] */
  augment(values: Tensor, step: Step): Tensor;
}
/** An augmentation of `place: 'worker'`: on the host, one value at a time. */
export interface WorkerAugmentation {
  /** A changed copy of one value (a text, or the numbers of one item); the value itself stays as it is. */
  augment<V extends string | Float32Array | Uint8Array>(value: V, draw: Draw): V;
}
/** What the factory of an augmentation returns, by its `place`. */
export type AugmentationInstance<A> = A extends 'worker' ? WorkerAugmentation : StepAugmentation;
