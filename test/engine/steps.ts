import * as tfc from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Step } from '../../core/contract/index.js';
import { registerUniform, stepRandom } from '../../core/engine/step-random.js';

registerUniform('cpu');
await tfc.setBackend('cpu');

/** A step as training opens one: a new object each time. */
export function stepAt(at: number, training = true): Step {
  const index = tfc.scalar(at, 'int32'); // []
  return { training, random: stepRandom(1, 'step', index), index, progress: tfc.scalar(0) };
}

export const valuesOf = (tensor: tfc.Tensor): number[] => [...tensor.dataSync()];
