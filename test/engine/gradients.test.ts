import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect } from 'vitest';
import { openPortable } from '../../core/engine/portable.js';
import { nativeTest } from './native-test.js';

interface Case {
  readonly op: (x: Tensor) => Tensor;
  /** d op / d x, by the textbook. */
  readonly slope: (x: number) => number;
  readonly native: string | null;
  readonly values?: readonly number[];
}
const everywhere = [-30, -6.5, -2, -0.1, -1e-6, 0, 1e-6, 0.3, 1, 3, 6, 6.5, 30];
const positive = [1e-6, 0.01, 0.3, 1, 2, 9, 1e6];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const cases: Readonly<Record<string, Case>> = {
  relu: { op: tfc.relu, slope: (x) => (x > 0 ? 1 : 0), native: 'ReluGrad' },
  relu6: { op: tfc.relu6, slope: (x) => (x > 0 && x <= 6 ? 1 : 0), native: null },
  sigmoid: { op: tfc.sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x), native: 'SigmoidGrad' },
  tanh: { op: tfc.tanh, slope: (x) => 1 - Math.tanh(x) ** 2, native: 'TanhGrad' },
  softplus: { op: tfc.softplus, slope: sigmoid, native: 'SoftplusGrad' },
  sqrt: { op: tfc.sqrt, slope: (x) => 0.5 / Math.sqrt(x), native: 'SqrtGrad', values: positive },
  rsqrt: { op: tfc.rsqrt, slope: (x) => -0.5 * x ** -1.5, native: 'RsqrtGrad', values: positive },
};

/** The gradient of sum(dy * op(x)), where dy differs from element to element. */
function gradient({ op, values = everywhere }: Case): number[] {
  const dy = tfc.tensor1d(values.map((_, at) => at - 3.5)); // [n]
  return [
    ...tfc
      .grad((x) => tfc.sum(tfc.mul(dy, op(x))))(tfc.tensor1d([...values]))
      .dataSync(),
  ];
}
function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, at) => {
    expect(Math.abs(value - expected[at]!), `at ${at}`).toBeLessThanOrEqual(
      1e-5 * Math.max(1, Math.abs(expected[at]!)),
    );
  });
}
const kernels = (work: () => unknown): Promise<string[]> =>
  tfc.profile(() => void work()).then((profile) => profile.kernels.map((kernel) => kernel.name));

describe('gradients on the native engine', () => {
  for (const [name, one] of Object.entries(cases)) {
    nativeTest(`${name}: the textbook's, ties included, and the portable engine's`, async () => {
      const native = gradient(one);
      const textbook = (one.values ?? everywhere).map((x, at) => (at - 3.5) * one.slope(x));
      expectNear(native, textbook);
      if (one.native) expect(await kernels(() => gradient(one))).toContain(one.native);
      await openPortable();
      expectNear(gradient(one), native);
      if (one.native) expect(await kernels(() => gradient(one))).not.toContain(one.native);
    });
  }
  nativeTest('a gradient of a gradient fails instead of being zero', () => {
    const first = tfc.grad((x) => tfc.sum(tfc.tanh(x)));
    expect(() => tfc.grad((x) => tfc.sum(first(x)))(tfc.tensor1d([0.5]))).toThrow(/gradient/i);
  });
  nativeTest('the step function keeps NaN, is 0 at 0 and keeps its slope below', () => {
    const x = tfc.tensor1d([Number.NaN, -2, -0, 0, 1e-30, 3]); // [6]
    expect([...tfc.step(x).dataSync()]).toEqual([Number.NaN, 0, 0, 0, 1, 1]);
    expect([...tfc.step(x, -1).dataSync()]).toEqual([Number.NaN, -1, -1, -1, 1, 1]);
  });
});
