import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, Input } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { isSame } from '../data/same.js';
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

/**
 * Popularity: every query gets the same list, the right items by how often they are positives in training. As vectors
 * of one dimension: a query stands at 0, an item at 1 / (1 + times), so that the Euclidean distance puts the most
 * frequent one first.
 */
export function popularity(training: ItemSet): { readonly left: Embedder; readonly right: Embedder } {
  const { pairs } = training;
  const times = new Map<string, number>();
  pairs?.right.forEach((row, i) => {
    if (!isSame(pairs, i)) return;
    const key = training.right.key(row);
    times.set(key, (times.get(key) ?? 0) + 1);
  });
  return {
    left: placed(() => 0),
    right: placed((key) => 1 / (1 + (times.get(key) ?? 0))),
  };
}

/** Majority: every pair gets the same answer, at distance 0 from each other. */
export const majority = (): Embedder => placed(() => 0);

function placed(at: (key: string) => number): Embedder {
  return {
    inputs: [],
    dimensions: 1,
    known: (side) => Float32Array.from({ length: side.size }, (_, row) => at(side.key(row))),
    apply: () => {
      throw new Error('these items are placed by their keys');
    },
  };
}
