import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { euclidean } from '../../../plugins/distances/euclidean.js';
import { mahalanobis } from '../../../plugins/distances/mahalanobis.js';
import { drawnRows, expectClose, gradientsOf, matrix, numericGradient } from '../numeric.js';
import { all, between, distanceProperties, openDistance, openLearned } from './properties.js';

/** Not symmetric, far from the identity, and of full rank: the same for an embedding of one length. */
const transformOf = (d: number): number[][] =>
  drawnRows(d, d, 70 + d).map((row, i) => row.map((value, k) => (i === k ? 1 : 0) + 0.3 * value));

function oracle(a: readonly number[], b: readonly number[], transform = transformOf(a.length)): number {
  return Math.hypot(...transform.map((row) => row.reduce((sum, value, k) => sum + value * (a[k]! - b[k]!), 0)));
}
const opened = (transform: (d: number) => number[][]) =>
  openLearned(mahalanobis, (d) => ({ transform: matrix(transform(d)) }));

describe('mahalanobis', () => {
  it('is |L (a - b)|: L = [[2, 0], [0, 0.5]] makes [3, 8] from [0, 0] be [6, 4]', () => {
    const distance = opened(() => [
      [2, 0],
      [0, 0.5],
    ]);
    const expected = Math.sqrt(52);
    expectClose(between(distance, [[0, 0]], [[3, 8]]), [expected]);
    expectClose(all(distance, [[0, 0], [3, 8]], [[3, 8], [0, 0]]), [expected, 0, 0, expected]); // biome-ignore format: two rows
  });

  it('maps by rows of L, not by columns', () => {
    const distance = opened(() => [
      [1, 1],
      [0, 1],
    ]);
    expectClose(between(distance, [[0, 1]], [[0, 0]]), [Math.SQRT2]);
    expectClose(between(distance, [[1, 0]], [[0, 0]]), [1]);
  });

  it('begins as the euclidean distance, its weight declared as data', () => {
    expect(view(mahalanobis).weights).toEqual({
      transform: { shape: ['dimensions', 'dimensions'], initializer: 'identity' },
    });
    const [a, b] = [drawnRows(4, 3, 1), drawnRows(5, 3, 2)];
    const identity = opened((d) =>
      Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, k) => +(i === k))),
    );
    expectClose(all(identity, a, b), all(openDistance(euclidean), a, b));
  });

  it('has the gradient of its formula by L, through pairs and through the matrix', () => {
    const [a, b] = [drawnRows(3, 4, 3), drawnRows(3, 4, 4)];
    const flat = transformOf(4).flat();
    const rows = (values: readonly number[]): number[][] => [0, 1, 2, 3].map((i) => values.slice(4 * i, 4 * i + 4));
    const instance = view(mahalanobis).create({}, {});
    const by = (of: (transform: tfc.Tensor) => tfc.Tensor): number[] => gradientsOf(of, [matrix(rows(flat))])[0]!;
    const pairs = (x: readonly number[]): number => a.reduce((sum, row, i) => sum + oracle(row, b[i]!, rows(x)), 0);
    expectClose(by((transform) => instance.between(matrix(a), matrix(b), { transform } as never)), numericGradient(pairs, flat)); // biome-ignore format: one call
    const table = (x: readonly number[]): number =>
      a.reduce((sum, row) => sum + b.reduce((inner, other) => inner + oracle(row, other, rows(x)), 0), 0);
    expectClose(by((transform) => instance.matrix!(matrix(a), matrix(b), { transform } as never), ), numericGradient(table, flat)); // biome-ignore format: one call
  });

  it('is 0, with gradient 0 by all, where points coincide or L makes them coincide', () => {
    const instance = view(mahalanobis).create({}, {});
    const [a, b] = [matrix([[1, 2], [0.3, 5]]), matrix([[1, 2], [0.3, 9]])]; // biome-ignore format: points
    const transform = matrix([[1, 0], [0, 0]]); // biome-ignore format: it drops the second coordinate
    const value = instance.between(a, b, { transform } as never);
    expect(Array.from(value.dataSync())).toEqual([0, 0]);
    const of = (x: tfc.Tensor, y: tfc.Tensor, z: tfc.Tensor): tfc.Tensor =>
      instance.between(x, y, { transform: z } as never);
    for (const gradient of gradientsOf(of, [a, b, transform]).flat()) expect(Math.abs(gradient)).toBe(0);
  });

  it('keeps equal rows together under any L, wherever they stand in the matrix', () => {
    const rows = drawnRows(37, 19, 5);
    const distance = opened(transformOf);
    const [byA] = gradientsOf((x, y) => tfc.mul(distance.matrix(x, y), tfc.eye(37)), [matrix(rows), matrix(rows)]);
    const values = all(distance, rows, rows);
    for (let i = 0; i < 37; i++) expect(values[i * 38]).toBe(0);
    for (const value of byA!) expect(Math.abs(value)).toBe(0);
  });

  it('keeps its digits in a tight cluster far from the origin', () => {
    const distance = opened(transformOf);
    const a = [[100, 100], [100.001, 100.0003]].map((row) => row.map(Math.fround)); // biome-ignore format: points
    expectClose(all(distance, a, a).map((x) => x * 1000), [0, 1, 1, 0].map((x) => x * 1000 * oracle(a[0]!, a[1]!)), 1e-4); // biome-ignore format: one call
  });

  distanceProperties({ plugin: mahalanobis, oracle: (a, b) => oracle(a, b), degree: 1, itself: 0, distance: opened(transformOf), isotropic: false }); // biome-ignore format: one case
});
