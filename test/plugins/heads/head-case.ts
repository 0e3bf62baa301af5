import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, Facts, Step, WeightSpecs } from '../../../core/contract/index.js';
import { stepRandom } from '../../../core/engine/step-random.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { type Options, view } from '../../../core/plugin/view.js';
import { bindHead } from '../../../core/train/bind.js';
import { type Matrix, matrix } from '../numeric.js';

export const facts: Facts = { groups: 3, dimensions: 2, items: 10, batchSize: 4 };

export function headWeights(plugin: Plugin<'head'>, options: Options = {}): WeightSpecs {
  const { weights = {} } = view(plugin);
  return typeof weights === 'function' ? weights(facts, options) : weights;
}

export interface HeadCase {
  readonly plugin: Plugin<'head'>;
  readonly options?: Options;
  readonly distance: BoundDistance;
  readonly weights?: Readonly<Record<string, Tensor>>;
}

/** left, right [pairs, dimensions] -> score [pairs], through the bound head. */
export function scoring({ plugin, options = {}, distance, weights = {} }: HeadCase): (l: Tensor, r: Tensor) => Tensor {
  const instance = view(plugin).create(options, { distance });
  const head = bindHead({ instance, produces: 'value', weights, step: firstStep });
  return (left, right) => head.score({ left, right, distance: () => distance.between(left, right) }); // [pairs]
}

export const score = (head: HeadCase, left: Matrix, right: Matrix): number[] =>
  tfc.tidy(() => Array.from(scoring(head)(matrix(left), matrix(right)).dataSync()));

function firstStep(): Step {
  const index = tfc.scalar(0, 'int32'); // []
  return { training: true, random: stepRandom(0, 'test', index), index, progress: tfc.scalar(0) };
}
