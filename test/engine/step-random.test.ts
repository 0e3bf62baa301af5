import * as tfc from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { stepRandom } from '../../core/engine/step-random.js';
import { statelessUniform } from '../../core/random/index.js';
import './steps.js';

test('numbers outlive the scope that drew them, and are freed after', () => {
  const index = tfc.scalar(3, 'int32');
  const before = tfc.memory().numTensors;
  const drawn = tfc.tidy(() => stepRandom(1, 'a', index).uniform([4]));
  expect(tfc.memory().numTensors).toBe(before + 1);
  expect([...drawn.dataSync()].every((value) => value >= 0 && value < 1)).toBe(true);
  drawn.dispose();
  expect(tfc.memory().numTensors).toBe(before);
  expect(tfc.memory().numDataBuffers).toBeLessThanOrEqual(before);
});

test('the kernel gives what the host gives for the same seed', () => {
  const seed = tfc.tensor1d([5, 9], 'int32');
  const values = tfc.engine().runKernel('StatelessRandomUniform', { seed }, { shape: [7] }) as tfc.Tensor;
  expect([...values.dataSync()]).toEqual([...statelessUniform(7, [5, 9])]);
});
