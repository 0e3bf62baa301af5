import { describe, expect, it } from 'vitest';
import { negativeDot } from '../../../plugins/distances/negative-dot.js';
import { all, between, distanceProperties, openDistance } from './properties.js';

describe('negative-dot', () => {
  const distance = openDistance(negativeDot);

  it('is -11 between [1, 2] and [3, 4]', () => {
    expect(
      between(
        distance,
        [
          [1, 2],
          [1, 2],
        ],
        [
          [3, 4],
          [-3, -4],
        ],
      ),
    ).toEqual([-11, 11]);
    expect(
      all(
        distance,
        [[1, 2]],
        [
          [3, 4],
          [-3, -4],
          [1, 1],
        ],
      ),
    ).toEqual([-11, 11, -3]);
  });

  distanceProperties({
    plugin: negativeDot,
    oracle: (a, b) => -a.reduce((sum, value, k) => sum + value * b[k]!, 0),
    degree: 2,
    itself: null,
  });
});
