import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { squaredEuclidean } from '../../../plugins/distances/squared-euclidean.js';
import { all, between, distanceProperties, openDistance } from './properties.js';

describe('squared-euclidean', () => {
  const distance = openDistance(squaredEuclidean);

  it('is 25 between [0, 0] and [3, 4]', () => {
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
    ).toEqual([25, 4]);
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
    ).toEqual([25, 0, 9, 16, 9, 0]);
  });

  it('says that it is no metric: the way through the middle is shorter', () => {
    const [whole, half] = between(distance, [[0], [0]], [[2], [1]]);
    expect(whole).toBeGreaterThan(2 * half!);
    expect(view(squaredEuclidean).metric ?? false).toBe(false);
  });

  distanceProperties({
    plugin: squaredEuclidean,
    oracle: (a, b) => a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0),
    degree: 2,
    itself: 0,
  });
});
