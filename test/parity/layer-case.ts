import * as tfc from '@tensorflow/tfjs-core';
import type { layers as tfl } from '@tensorflow/tfjs-layers';
import { type Case, fixed, pullback } from './case.js';

type Layer = tfl.Layer;

/** What a layer is called with, beside its inputs. */
export interface Call {
  readonly training?: boolean;
  readonly mask?: () => tfc.Tensor;
}

/** Weights without names: shape and place decide the numbers, so that initializers and layer names do not matter. */
function fixWeights(layer: Layer): void {
  const values = layer.getWeights().map((weight, at) => fixed(weight.shape, 50 + at, 0.1, 0.9)); // as each weight
  layer.setWeights(values);
}

/**
 * A case of one layer under fixed weights: its value, the gradients by its float inputs and trainable weights, and the
 * other weights as the call left them.
 */
export function layerCase(name: string, make: () => Layer, inputs: () => readonly tfc.Tensor[], call: Call = {}): Case {
  return { name, run: () => tfc.tidy(() => run(make(), inputs(), call)) };
}

function run(layer: Layer, given: readonly tfc.Tensor[], call: Call): tfc.Tensor[] {
  const inputs = given.map((input) => (input.dtype === 'float32' ? tfc.variable(input) : input)); // as given
  const options = { training: call.training ?? true, ...(call.mask && { mask: call.mask() }) };
  const apply = (): tfc.Tensor => layer.apply(inputs.length === 1 ? inputs[0]! : [...inputs], options) as tfc.Tensor;
  apply();
  fixWeights(layer);
  const value = apply();
  fixWeights(layer);
  const variables = [...inputs, ...layer.trainableWeights.map((weight) => weight.read())].filter(
    (tensor): tensor is tfc.Variable => tensor instanceof tfc.Variable,
  );
  const pull = pullback(value.shape); // value's shape
  const { grads } = tfc.variableGrads(() => tfc.sum(tfc.mul(apply(), pull)), variables); // each: its variable's shape
  const state = layer.nonTrainableWeights.map((weight) => tfc.clone(weight.read())); // each: its weight's shape
  const results = [value, ...variables.map((variable) => grads[variable.name]!), ...state];
  for (const variable of [...variables, ...layer.nonTrainableWeights.map((weight) => weight.read() as tfc.Variable)]) {
    variable.dispose();
  }
  return results;
}
