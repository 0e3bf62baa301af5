import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { squaredDistances } from '../../core/engine/ops.js';
import { drawn, drawnRows, expectClose, gradientsOf, type Matrix, matrix, type Vector } from '../plugins/numeric.js';

const squared = (a: Vector, b: Vector): number => a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);
const loop = (a: Matrix, b: Matrix): number[] => a.flatMap((row) => b.map((other) => squared(row, other)));

describe('squaredDistances', () => {
  it('is the loop over all pairs', () => {
    const [a, b] = [drawnRows(5, 3, 1), drawnRows(7, 3, 2)];
    const result = squaredDistances(matrix(a), matrix(b));
    expect(result.shape).toEqual([5, 7]);
    expectClose(result.dataSync(), loop(a, b), 1e-6);
  });

  it('works block by block where all differences at once would be many', () => {
    const [a, b] = [drawnRows(41, 2048, 3), drawnRows(60, 2048, 4)]; // 41 * 60 * 2048 is more than one block holds
    const [values, expected] = [squaredDistances(matrix(a), matrix(b)).dataSync(), loop(a, b)];
    expect(41 * 60 * 2048).toBeGreaterThan(2 ** 22);
    expectClose(values, expected, 1e-5);
  });

  it('has the gradient of the loop: 2 sum_j g_ij (a_i - b_j), and the same by b', () => {
    const [a, b, g] = [drawnRows(4, 3, 5), drawnRows(6, 3, 6), drawn(24, 7)];
    const upstream = tfc.tensor2d(g, [4, 6]); // [4, 6]
    const found = gradientsOf((x, y) => tfc.mul(upstream, squaredDistances(x, y)), [matrix(a), matrix(b)]);
    const sums = (rows: Matrix, others: Matrix, weight: (i: number, j: number) => number): number[] =>
      rows.flatMap((row, i) =>
        row.map((x, k) => others.reduce((sum, other, j) => sum + 2 * weight(i, j) * (x - other[k]!), 0)),
      );
    expectClose(
      found[0]!,
      sums(a, b, (i, j) => g[i * 6 + j]!),
      1e-5,
    );
    expectClose(
      found[1]!,
      sums(b, a, (j, i) => g[i * 6 + j]!),
      1e-5,
    );
  });

  it('adds up both gradients where the two are one tensor', () => {
    const a = drawnRows(3, 2, 8);
    const [found] = gradientsOf((x) => squaredDistances(x, x), [matrix(a)]);
    const expected = a.flatMap((row) => row.map((x, k) => a.reduce((sum, other) => sum + 4 * (x - other[k]!), 0)));
    expectClose(found!, expected, 1e-5);
  });

  it('leaves no tensor behind', () => {
    const rows = matrix(drawnRows(3, 2, 9)); // [3, 2]
    const before = tfc.memory().numTensors;
    tfc.tidy(() => void tfc.grad((x) => tfc.sum(squaredDistances(x, rows)))(rows));
    expect(tfc.memory().numTensors).toBe(before);
  });
});
