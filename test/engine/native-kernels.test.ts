import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect } from 'vitest';
import { transformKernel } from '../../core/engine/kernels/transform.js';
import { nativeTest } from './native-test.js';

const image = (): tfc.Tensor4D =>
  tfc.tensor4d(
    Array.from({ length: 2 * 5 * 4 * 3 }, (_, at) => (7 * at) % 11),
    [2, 5, 4, 3],
  );
/** One that turns, shifts and shrinks, and one with perspective. */
const rows = [0.9, -0.3, 1.2, 0.4, 1.1, -2.3, 0, 0, 1.2, 0.1, -6.4, -0.2, 0.8, 5.3, 0.02, -0.01];

describe('image transforms on the native engine', () => {
  for (const interpolation of ['nearest', 'bilinear'] as const) {
    for (const fillMode of ['constant', 'reflect', 'wrap', 'nearest'] as const) {
      nativeTest(`${interpolation}, ${fillMode}: as the formula in plain operations`, () => {
        const inputs = { image: image(), transforms: tfc.tensor2d(rows, [2, 8]) };
        const attrs = { interpolation, fillMode, fillValue: 3.5, outputShape: [6, 7] as [number, number] };
        const native = tfc.engine().runKernel(tfc.Transform, inputs, attrs) as tfc.Tensor; // [2, 6, 7, 3]
        const plain = transformKernel('tensorflow').kernelFunc({ inputs, attrs, backend: tfc.backend() }) as tfc.Tensor;
        expect(native.shape).toEqual([2, 6, 7, 3]);
        const [found, expected] = [native.dataSync(), plain.dataSync()];
        found.forEach((value, at) => void expect(value, `at ${at}`).toBeCloseTo(expected[at]!, 4));
      });
    }
  }
  nativeTest('half a turn about the middle pixel reverses the pixels', () => {
    const square = tfc.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]); // [1, 3, 3, 1]
    const turned = tfc.image.rotateWithOffset(square, Math.PI, 0, [1 / 3, 1 / 3]); // [1, 3, 3, 1]
    expect([...turned.dataSync()]).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });
});
