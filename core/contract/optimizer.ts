import type { Tensor } from '@tensorflow/tfjs-core';
import type { Json } from './data.js';

/** Each slot (a moment, an accumulator) and the value that fills it at the start. */
export type SlotFills = Readonly<Record<string, number>>;
export interface OptimizerDeclarations<O> {
  /** The native fused op, used where the engine has it; must equal `update` (the conformance kit checks). */
  readonly fused?: { readonly op: string; readonly attributes: (options: O) => Readonly<Record<string, Json>> };
}
export interface OptimizerUpdate<S> {
  readonly weight: Tensor;
  readonly gradient: Tensor;
  readonly slots: { readonly [K in keyof S]: Tensor };
  /** float32 [] */
  readonly learningRate: Tensor;
  /** float32 [], from 1 */
  readonly step: Tensor;
  /** Whether weight decay applies (not to biases and normalisation scales). */
  readonly decay: boolean;
}
export interface OptimizerInstance<S> {
  update(input: OptimizerUpdate<S>): { readonly weight: Tensor; readonly slots: { readonly [K in keyof S]: Tensor } };
}
