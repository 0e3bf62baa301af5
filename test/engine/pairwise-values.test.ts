import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { squaredDistances } from '../../core/engine/ops.js';
import { withPairwiseValues } from '../../core/engine/pairwise-values.js';
import { statelessUniform } from '../../core/random/index.js';
import { availableBackends } from '../run/backends.js';

type Rows = readonly (readonly number[])[];
const drawn = (rows: number, columns: number, seed: number): number[][] => {
  const values = statelessUniform(rows * columns, [seed, 3]);
  return Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);
};
const shifted = (rows: Rows, by: number, scale = 1): number[][] =>
  rows.map((row) => row.map((value) => Math.fround(by + scale * value)));

function squares(a: Rows, b: Rows): Float32Array {
  const found = tfc.tidy(() => {
    const [left, right] = [tfc.tensor2d(a as number[][]), tfc.tensor2d(b as number[][])];
    return withPairwiseValues(() => squaredDistances(left, right)); // [n, m]
  });
  const values = found.dataSync<'float32'>();
  expect(found.shape).toEqual([a.length, b.length]);
  found.dispose();
  return values;
}

const exact = (a: Rows, b: Rows): number[] =>
  a.flatMap((left) => b.map((right) => left.reduce((sum, value, k) => sum + (value - right[k]!) ** 2, 0)));

/** Relative to the value itself, however small it is. */
function expectRelative(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  const worst = Math.max(...expected.map((value, i) => Math.abs(actual[i]! - value) / Math.max(value, 1e-30)));
  expect(worst).toBeLessThan(tolerance);
}

const backends = await availableBackends();

describe.each(backends)('squaredDistances within withPairwiseValues on $name', ({ open }) => {
  beforeAll(async () => {
    await open();
  });

  it.each([
    ['uniform points', drawn(30, 64, 1), drawn(70, 64, 2)],
    ['many dimensions', drawn(9, 784, 3), drawn(20, 784, 4)],
    [
      'two tight clusters',
      [...drawn(9, 16, 5), ...shifted(drawn(9, 16, 6), 3, 1e-3)],
      shifted(drawn(40, 16, 7), 3, 1e-3),
    ],
    ['a cluster far from 0', shifted(drawn(20, 8, 8), 1000, 0.01), shifted(drawn(20, 8, 9), 1000, 0.01)],
    ['an outlier', [...drawn(20, 8, 10), Array(8).fill(1e5)], [...drawn(20, 8, 11), Array(8).fill(1e5)]],
    ['tiny values', shifted(drawn(9, 8, 12), 0, 1e-12), shifted(drawn(9, 8, 13), 0, 1e-12)],
    ['one point beside one', drawn(1, 5, 14), drawn(1, 5, 15)],
  ])('is exact to a few roundings: %s', (_name, a, b) => {
    expectRelative(squares(a, b), exact(a, b), 3e-6);
  });

  it('is 0 for equal points, and never below', () => {
    const points = shifted(drawn(30, 40, 20), 5);
    const values = squares(points, points);
    for (const [i] of points.entries()) expect(values[i * 31]).toBe(0);
    expect(values.every((value) => value >= 0)).toBe(true);
    expect([...squares([[3, 4]], [[3, 4], [3, 4]])]).toEqual([0, 0]); // biome-ignore format: a table
  });

  it('keeps ties of numbers on a grid: bits, pixels, counts', () => {
    for (const levels of [2, 17, 256]) {
      const points = drawn(60, 33, 21 + levels).map((row) => row.map((value) => Math.floor(value * levels)));
      expect([...squares(points.slice(0, 20), points)]).toEqual(exact(points.slice(0, 20), points));
    }
  });

  it('tells values that overflow from those that do not', () => {
    const [inf] = squares([[1e30, 0]], [[-1e30, 0]]);
    expect(inf).toBe(Infinity);
    expect([...squares([[1e25, 0]], [[1e25, 1], [-1e25, 0]])]).toEqual([1, Infinity]); // biome-ignore format: a table
  });

  it('leaves no tensor behind', () => {
    const before = tfc.memory().numTensors;
    squares(drawn(5, 3, 30), drawn(6, 3, 31));
    expect(tfc.memory().numTensors).toBe(before);
  });
});

describe('withPairwiseValues', () => {
  beforeAll(async () => {
    await tfc.setBackend('cpu');
  });

  it('lasts as long as its callback, which may throw', () => {
    const points = tfc.tensor2d([[1, 2], [3, 4]]); // biome-ignore format: a table
    const gradient = () => tfc.grad((a: tfc.Tensor) => tfc.sum(squaredDistances(a, points)))(tfc.zeros([1, 2]));
    expect(() => withPairwiseValues(() => gradient())).toThrow();
    expect([...gradient().dataSync()]).toEqual([-8, -12]);
    expect(withPairwiseValues(() => withPairwiseValues(() => 3))).toBe(3);
  });
});
