import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect } from 'vitest';
import { nativeBackend, openNative } from '../../core/engine/native.js';
import { wheel } from '../../core/engine/pins.js';
import { nativeStatus } from '../../core/engine/status.js';
import { nativeTest } from './native-test.js';

const count = (length: number): number[] => Array.from({ length }, (_, at) => at);

describe('the native engine', () => {
  nativeTest('is opened once, and is the active backend of the one tfjs-core that runs', async () => {
    const engine = await openNative();
    expect(await openNative()).toBe(engine);
    expect(engine).toMatchObject({ name: 'native', backend: 'tensorflow' });
    expect(tfc.getBackend()).toBe('tensorflow');
    expect(tfc.backend()).toBe(nativeBackend());
    expect(tfc.tensor([1, 2])).toBeInstanceOf(tfc.Tensor);
    expect(tfc.square(tfc.tensor([1, 2]))).toBeInstanceOf(tfc.Tensor); // made inside tfjs-node
  });
  nativeTest('is libtensorflow as pinned, where it is our own', async () => {
    const { source } = await nativeStatus('full');
    const { tensorflow } = await openNative();
    if (source === 'cache') expect(tensorflow).toBe(wheel.tensorflow);
    else expect(tensorflow).toMatch(/^2\./);
  });
  nativeTest('multiplies matrices', () => {
    const product = tfc.matMul(tfc.tensor2d(count(6), [2, 3]), tfc.tensor2d(count(6), [3, 2])); // [2, 2]
    expect([...product.dataSync()]).toEqual([10, 13, 28, 40]);
  });
  nativeTest('has the gradient of a convolution by its filter: the sum of the inputs under each weight', () => {
    const x = tfc.tensor4d(count(16), [1, 4, 4, 1]); // [1, 4, 4, 1]
    const filter = tfc.ones([2, 2, 1, 1]) as tfc.Tensor4D; // [2, 2, 1, 1]
    const gradient = tfc.grad((f) => tfc.sum(tfc.conv2d(x, f as tfc.Tensor4D, 1, 'valid')))(filter); // [2, 2, 1, 1]
    const under = (row: number, column: number): number => {
      let sum = 0;
      for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sum += 4 * (i + row) + (j + column);
      return sum;
    };
    expect([...gradient.dataSync()]).toEqual([under(0, 0), under(0, 1), under(1, 0), under(1, 1)]);
  });
  nativeTest('runs any TensorFlow operation by name', () => {
    const { binding } = nativeBackend();
    const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
    const [sum] = nativeBackend().executeMultipleOutputs('AddV2', [type], [tfc.scalar(2), tfc.scalar(3)], 1); // []
    expect(sum!.dataSync()[0]).toBe(5);
    const cube = nativeBackend().executeSingleOutput('Pow', [type], [tfc.scalar(2), tfc.scalar(3)]); // []
    expect(cube.dataSync()[0]).toBe(8);
  });
});
