import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, Input } from '../contract/index.js';
import type { Embedder } from './embed.js';

/** Embeds an item as its own values, all inputs one after another: what a distance achieves without any network. */
export function rawInput(inputs: readonly Input[]): Embedder {
  const sizes = inputs.map((input) => input.shape.reduce((a, b) => a * b, 1));
  return {
    inputs,
    dimensions: sizes.reduce((a, b) => a + b, 0),
    apply: (tensors) =>
      tfc.concat(
        tensors.map((tensor, i) => tfc.reshape(tfc.cast(tensor, 'float32'), [tensor.shape[0]!, sizes[i]!])),
        1,
      ), // [batch, values]
  };
}

/**
 * Whether raw inputs can be compared: both sides are the same, and no input is text, whose ids mean nothing as numbers.
 */
export function rawInputProblem(left: readonly Input[], right: readonly Input[]): string | null {
  if (left !== right) return 'raw-input is left out: the two sides have different fields';
  const text = left.find((input) => input.dtype === 'int32');
  return text ? `raw-input is left out: field "${text.name}" is ${text.kind}` : null;
}

/** A distance with weights of its own cannot measure vectors of another length: the Euclidean one stands in. */
export function baselineDistance(
  distance: BoundDistance,
  hasWeights: boolean,
  euclidean: BoundDistance,
): BoundDistance {
  return hasWeights ? euclidean : distance;
}
