import { describe, expect, it } from 'vitest';
import { euclidean } from '../../../plugins/distances/euclidean.js';
import { expectClose, gradientsOf, matrix } from '../numeric.js';
import { all, between, distanceProperties, openDistance } from './properties.js';

describe('euclidean', () => {
  const distance = openDistance(euclidean);

  it('is 5 between [0, 0] and [3, 4]', () => {
    expect(
      between(
        distance,
        [
          [0, 0],
          [1, 1],
        ],
        [
          [3, 4],
          [1, 3],
        ],
      ),
    ).toEqual([5, 2]);
    expect(
      all(
        distance,
        [
          [0, 0],
          [3, 0],
        ],
        [
          [3, 4],
          [0, 0],
          [3, 0],
        ],
      ),
    ).toEqual([5, 0, 3, 4, 3, 0]);
  });

  it('keeps its digits where the points nearly coincide, far from the origin', () => {
    const [a, b] = [[[100, 100]], [[100.001, 100]]];
    const expected = Math.fround(100.001) - 100;
    expect(between(distance, a, b)[0]).toBeCloseTo(expected, 9);
    expect(all(distance, a, b)[0]).toBeCloseTo(expected, 9); // |a|^2 + |b|^2 - 2ab would give 0 or 0.03
  });

  it('keeps the direction of the gradient in a tight cluster far from the origin', () => {
    const a = [
      [100, 100],
      [100.001, 100.0003],
      [99.9993, 100.0007],
    ];
    const [found] = gradientsOf((x) => distance.matrix(x, matrix(a)), [matrix(a)]);
    const others = [1, 2, 0, 2, 0, 1].map((row) => a[row]!); // of rows 0, 0, 1, 1, 2, 2
    const [pairs] = gradientsOf((x) => distance.between(x, matrix(others)), [matrix(a.flatMap((row) => [row, row]))]);
    const expected = [0, 1, 2].flatMap((row) => [0, 1].map((k) => pairs![4 * row + k]! + pairs![4 * row + 2 + k]!));
    expectClose(found!, expected, 1e-4);
  });

  distanceProperties({
    plugin: euclidean,
    oracle: (a, b) => Math.hypot(...a.map((value, k) => value - b[k]!)),
    degree: 1,
    itself: 0,
  });
});
