import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { snr } from '../../../plugins/distances/snr.js';
import { expectClose, gradientsOf, matrix } from '../numeric.js';
import { all, between, distanceProperties, openDistance } from './properties.js';

function variance(x: readonly number[]): number {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
}
const oracle = (a: readonly number[], b: readonly number[]): number =>
  variance(a) > 0 ? variance(a.map((value, k) => value - b[k]!)) / variance(a) : 2;

describe('snr', () => {
  const distance = openDistance(snr);

  it('is var(a - b) / var(a): 1/4 from [2, -2] to [1, -1], and 1 back', () => {
    // a = [2, -2]: variance 4; a - b = [1, -1]: variance 1; b = [1, -1]: variance 1
    expectClose(between(distance, [[2, -2]], [[1, -1]]), [1 / 4]);
    expectClose(between(distance, [[1, -1]], [[2, -2]]), [1]);
    expectClose(all(distance, [[2, -2], [1, -1]], [[1, -1], [-2, 2], [2, -2]]), [1 / 4, 4, 0, 0, 9, 1]); // biome-ignore format: two rows
  });

  it('does not see what is added to all coordinates', () => {
    expectClose(between(distance, [[2, -2, 1]], [[1, 0, 3]]), between(distance, [[7, 3, 6]], [[-1, -2, 1]]));
  });

  it('is 2 (1 - correlation) between signals of one variance', () => {
    expectClose(
      between(
        distance,
        [
          [1, -1, 1, -1],
          [1, -1, 1, -1],
        ],
        [
          [1, 1, -1, -1],
          [-1, 1, -1, 1],
        ],
      ),
      [2, 4],
    );
  });

  it('is 2, with gradient 0, from a vector without a signal', () => {
    const [a, b] = [
      [
        [3, 3, 3],
        [0.1, 0.1, 0.1],
        [0, 0, 0],
      ],
      [
        [1, 2, 3],
        [0.1, 0.1, 0.1],
        [1, 1, 1],
      ],
    ];
    expect(between(distance, a, b)).toEqual([2, 2, 2]);
    expect(all(distance, a, b)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2]);
    for (const of of [distance.between, distance.matrix]) {
      for (const value of gradientsOf(of, [matrix(a), matrix(b)]).flat()) expect(value).toBeCloseTo(0, 12);
    }
  });

  it('has a gradient to a constant vector, whose distance is 1', () => {
    expectClose(between(distance, [[1, -1, 3]], [[5, 5, 5]]), [1]);
    const [, byB] = gradientsOf((x, y) => distance.between(x, y), [matrix([[2, -2]]), matrix([[1, 1]])]);
    expectClose(byB!, [-0.5, 0.5]); // d/db_k = -2 (a_k - b_k - mean) / (d var(a))
  });

  it('says that it is not symmetric', () => {
    expect(view(snr).symmetric).toBe(false);
  });

  distanceProperties({ plugin: snr, oracle, degree: 0, itself: 0, fits: (point) => variance(point) > 0.1 });
});
