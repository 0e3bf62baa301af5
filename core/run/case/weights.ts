import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Facts, WeightSpec } from '../../contract/index.js';
import type { Options, View } from '../../plugin/view.js';
import { fail } from '../../problem/index.js';
import { declaredShape, initialWeight } from '../../train/declared-weights.js';
import { specsOf } from '../declared.js';
import { type CaseInputs, readTensor } from './inputs.js';

/**
 * Values of a plugin's weights: those that the case gives under their names, else the initial values where these are not
 * random.
 * Errors: DATA_FORMAT, where values must be given; DATA_SIZE, where those given have another shape than declared.
 */
export function caseWeights(
  definition: View<'distance' | 'loss'>,
  options: Options,
  from: { readonly inputs: CaseInputs; readonly facts: Facts },
): Readonly<Record<string, Tensor>> {
  const { inputs, facts } = from;
  const weights: Record<string, Tensor> = {};
  for (const [name, spec] of Object.entries(specsOf(definition, facts, options))) {
    const sizes = { facts, options };
    const json = inputs[name];
    const shape = declaredShape(spec, name, sizes);
    if (json !== undefined) {
      weights[name] = fitting(readTensor(name, json), { plugin: definition.name, name, spec, shape }); // shape
    } else if (startsRandom(spec)) {
      fail('DATA_FORMAT', `${definition.name} starts from random ${name}: give ${name} [${shape}] among the inputs`);
    } else {
      const { values } = initialWeight(spec, { seed: 0, name }, sizes);
      weights[name] = tfc.tensor(values, [...shape]); // shape
    }
  }
  return weights;
}

const fixed: readonly unknown[] = ['zeros', 'ones', 'identity'];
const startsRandom = ({ initializer }: WeightSpec): boolean =>
  !fixed.includes(initializer) && !(typeof initializer === 'object' && 'constant' in initializer);

interface Expected {
  readonly plugin: string;
  readonly name: string;
  readonly spec: WeightSpec;
  readonly shape: readonly number[];
}

/** Proxies may be more than the groups that a batch shows. */
function fitting(tensor: Tensor, { plugin, name, spec, shape }: Expected): Tensor {
  const fits = (size: number, axis: number): boolean =>
    spec.shape[axis] === 'groups' ? tensor.shape[axis]! >= size : tensor.shape[axis] === size;
  if (tensor.rank === shape.length && shape.every(fits)) return tensor;
  return fail('DATA_SIZE', `the input ${name} has the shape [${tensor.shape}], ${plugin} needs [${shape}] here`);
}
