/**
 * What an optimizer is: it changes a weight by its gradient.
 * @module optimizer
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Json } from './data.js';

/** Each slot (a moment, an accumulator) and the value that fills it at the start. */
export type SlotFills = Readonly<Record<string, number>>;
/** What an optimizer says of itself beside its slots. */
export interface OptimizerDeclarations<O> {
  /** The native fused op, used where the engine has it; must equal `update` (the conformance kit checks). */
  readonly fused?: {
    /** Name of the op. */
    readonly op: string;
    /** Its attributes under these options. */
    readonly attributes: (options: O) => Readonly<Record<string, Json>>;
  };
}
/** One weight at one step; all tensors but the scalars have its shape. */
export interface OptimizerUpdate<S> {
  /** Its value before the step. */
  readonly weight: Tensor;
  /** Gradient of the loss by it, clipped where the recipe says so. */
  readonly gradient: Tensor;
  /** What the optimizer keeps of it (moments, accumulators). */
  readonly slots: { readonly [K in keyof S]: Tensor };
  /** float32 [] */
  readonly learningRate: Tensor;
  /** float32 [], from 1 */
  readonly step: Tensor;
  /** Whether weight decay applies (not to biases and normalisation scales). */
  readonly decay: boolean;
}
/** What the factory of an optimizer returns. */
export interface OptimizerInstance<S> {
  /** The weight and its slots after the step: a pure function, of the same shapes. */
  update(input: OptimizerUpdate<S>): { readonly weight: Tensor; readonly slots: { readonly [K in keyof S]: Tensor } };
}
