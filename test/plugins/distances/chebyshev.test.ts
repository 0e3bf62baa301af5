import { describe, expect, it } from 'vitest';
import { chebyshev } from '../../../plugins/distances/chebyshev.js';
import { gradientsOf, matrix } from '../numeric.js';
import { all, between, distanceProperties, openDistance } from './properties.js';

describe('chebyshev', () => {
  const distance = openDistance(chebyshev);

  it('is 4 between [0, 0] and [3, -4]', () => {
    expect(
      between(
        distance,
        [
          [0, 0],
          [1, 1],
        ],
        [
          [3, -4],
          [1, 3],
        ],
      ),
    ).toEqual([4, 2]);
    expect(
      all(
        distance,
        [
          [0, 0],
          [3, 0],
        ],
        [
          [3, -4],
          [0, 0],
        ],
      ),
    ).toEqual([4, 0, 4, 3]);
  });

  it('shares the gradient between coordinates that tie, so that a step is no longer than one of them', () => {
    const [byA] = gradientsOf((x, y) => distance.between(x, y), [matrix([[2, -2, 1]]), matrix([[0, 0, 0]])]);
    expect(byA).toEqual([0.5, -0.5, 0]);
  });

  distanceProperties({
    plugin: chebyshev,
    oracle: (a, b) => Math.max(...a.map((value, k) => Math.abs(value - b[k]!))),
    degree: 1,
    itself: 0,
  });
});
