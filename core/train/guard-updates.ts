import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import * as ops from '../engine/ops.js';
import type { Network, NetworkWeight } from './network.js';
import type { VariableUpdate } from './optimizer.js';

/** Holds back what a step is to change until it is known whether it may. */
export interface Guard {
  /** The loss; NaN where it, a number of a gradient, or an average that the forward pass has moved, is none. -> [] */
  judged(loss: Tensor, gradients: readonly Tensor[]): Tensor;
  /** Updates by which everything stays as it was where that loss is no number, the moved averages, too. */
  held(updates: readonly VariableUpdate[], judged: Tensor): VariableUpdate[];
}

/** To be called before the forward pass: what it moves is kept. */
export function guardUpdates(network: Network, trained: readonly NetworkWeight[]): Guard {
  const isTrained = new Set(trained.map(({ variable }) => variable));
  const moving = network.weights.map(({ variable }) => variable).filter((variable) => !isTrained.has(variable));
  const before = moving.map((variable) => tfc.clone(variable)); // each its shape
  return {
    judged(loss, gradients) {
      return tfc.add(loss, unlessNumbers([...gradients, ...moving])); // []
    },
    held(updates, judged) {
      const changed = new Set(updates.map(({ variable }) => variable));
      const moved = moving.flatMap(
        (variable, i) => (changed.has(variable) ? [] : [{ variable, next: chosen(judged, variable, before[i]!) }]), // its shape
      );
      return [...heldBack(updates, judged), ...moved];
    },
  };
}

/** 0, but NaN where one of these holds what is no number: 0 times that is none. any shapes -> [] */
export const unlessNumbers = (tensors: readonly Tensor[]): Tensor =>
  tfc.addN(tensors.map((values) => tfc.sum(tfc.mul(values, 0)))); // []

/** Updates by which everything stays as it was where `judged` is no number. */
export const heldBack = (updates: readonly VariableUpdate[], judged: Tensor): VariableUpdate[] =>
  updates.map(({ variable, next }) => ({ variable, next: chosen(judged, next, variable) })); // its shape

/** `next` where the loss is a number, else `before`. -> their shape */
function chosen(judged: Tensor, next: Tensor, before: Tensor): Tensor {
  const known = ops.isFinite(tfc.add(tfc.zerosLike(before), judged)); // their shape, all alike
  return tfc.where(known, next, before); // their shape
}
