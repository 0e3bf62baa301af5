import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, HeadInstance, Input, Score, Step, Weights } from '../contract/index.js';
import type { InputValues } from '../data/item-set.js';
import { boundScore } from './bind.js';
import type { BuiltEncoder } from './encoder.js';
import type { NetworkLoss } from './loss.js';

/** One weight of the network, wherever it lives. */
export interface NetworkWeight {
  /** `encoder/02-dense/kernel`, `head/kernel`, `loss.0/proxies`. */
  readonly name: string;
  readonly variable: tfc.Variable;
  readonly trainable: boolean;
  /** Whether weight decay applies. */
  readonly decay: boolean;
  /** Factor on the learning rate; 0 = frozen. */
  readonly scale: number;
}

export interface NetworkHead {
  readonly instance: HeadInstance<Record<string, never>>;
  readonly produces: Score;
  readonly weights: Weights<Record<string, never>>;
}

/** The parts of a Siamese network: `right` is `left` itself unless it has two towers. */
export interface Network {
  readonly left: BuiltEncoder;
  readonly right: BuiltEncoder;
  /** After both in training only; null: none. */
  readonly projection: BuiltEncoder | null;
  readonly distance: BoundDistance;
  readonly head: NetworkHead;
  readonly losses: readonly NetworkLoss[];
  readonly weights: readonly NetworkWeight[];
}

/** Host values -> tensors in the order of the encoder's inputs, each [count, ...shape]. */
export function inputTensors(inputs: readonly Input[], values: InputValues, count: number): Tensor[] {
  return inputs.map(({ name, shape, dtype }) => {
    return tfc.tensor(values[name]!, [count, ...shape], dtype); // [count, ...shape]
  });
}

/**
 * [pairs, dimensions] twice -> score [pairs], of the polarity that `head.produces` says. In training, evaluation and the
 * finished model alike. Errors: PLUGIN_FAILED, where the head or the distance throws or returns another shape.
 */
export function scorePairs(network: Network, left: Tensor, right: Tensor, step: Step): Tensor {
  let distance: Tensor | null = null;
  const measure = (): Tensor => {
    distance ??= network.distance.between(left, right); // [pairs]
    return distance;
  };
  const { instance, weights } = network.head;
  return boundScore(instance, { left, right, distance: measure }, { weights, step }); // [pairs]
}

export function trainableWeights(network: Network): readonly NetworkWeight[] {
  return network.weights.filter((weight) => weight.trainable && weight.scale !== 0);
}
