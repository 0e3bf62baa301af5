import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import * as ops from '../../core/engine/ops.js';
import { drawn, expectClose, gradientsOf, matrix, numericGradient, vector } from '../plugins/numeric.js';

describe('abs', () => {
  it('is |x|, with the sign as its gradient, and 0 at 0', () => {
    expect(Array.from(ops.abs([-2, 0, 3]).dataSync())).toEqual([2, 0, 3]);
    expect(gradientsOf(ops.abs, [vector([-2, 0, 3])])).toEqual([[-1, 0, 1]]);
  });
});

describe('l2Normalize', () => {
  it('gives vectors of length 1, and leaves zero vectors', () => {
    expectClose(
      ops
        .l2Normalize(
          matrix([
            [3, 4],
            [0, 0],
            [-1e-6, 0],
          ]),
        )
        .dataSync(),
      [0.6, 0.8, 0, 0, -1, 0],
      1e-6,
    );
  });

  it('has the gradient of x / |x|, and 0 at a zero vector', () => {
    const [x, weights] = [drawn(4, 1), drawn(4, 2)];
    const of = (row: readonly number[]): number =>
      row.reduce((sum, value, k) => sum + weights[k]! * value, 0) / Math.hypot(...row);
    const [found] = gradientsOf((rows) => tfc.mul(ops.l2Normalize(rows), vector(weights)), [matrix([x, [0, 0, 0, 0]])]);
    expectClose(found!, [...numericGradient(of, x), 0, 0, 0, 0], 1e-5);
  });
});

describe('zeroVectors', () => {
  it('marks what l2Normalize takes for zero, along the last axis', () => {
    expect(
      ops
        .zeroVectors(
          matrix([
            [0, 0],
            [0, 1e-3],
            [1e-20, 0],
          ]),
        )
        .arraySync(),
    ).toEqual([1, 0, 1]);
    expect(ops.zeroVectors(tfc.zeros([2, 3, 4])).shape).toEqual([2, 3]);
  });

  it('is a constant of the gradient', () => {
    const [found] = gradientsOf(
      (x) => tfc.mul(x, tfc.expandDims(ops.zeroVectors(x), 1)),
      [
        matrix([
          [0, 0],
          [1, 2],
        ]),
      ],
    );
    expect(found).toEqual([1, 1, 0, 0]);
  });
});

describe('safeSqrt', () => {
  it('is the root, with gradient 0 at 0', () => {
    expect(Array.from(ops.safeSqrt(vector([4, 0, 0.25])).dataSync())).toEqual([2, 0, 0.5]);
    expect(gradientsOf(ops.safeSqrt, [vector([4, 0, 0.25])])).toEqual([[0.25, 0, 1]]);
  });
});
