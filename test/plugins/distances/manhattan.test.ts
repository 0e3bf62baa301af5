import { describe, expect, it } from 'vitest';
import { manhattan } from '../../../plugins/distances/manhattan.js';
import { gradientsOf, matrix } from '../numeric.js';
import { all, between, distanceProperties, openDistance } from './properties.js';

describe('manhattan', () => {
  const distance = openDistance(manhattan);

  it('is 7 between [0, 0] and [3, -4]', () => {
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
    ).toEqual([7, 2]);
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
    ).toEqual([7, 0, 4, 3]);
  });

  it('has gradient 0 along a coordinate that coincides, and a sign along the others', () => {
    const [byA, byB] = gradientsOf((x, y) => distance.between(x, y), [matrix([[1, 5, -2]]), matrix([[1, 2, 2]])]);
    expect(byA).toEqual([0, 1, -1]);
    expect(byB!.map((value) => value + 0)).toEqual([0, -1, 1]);
  });

  distanceProperties({
    plugin: manhattan,
    oracle: (a, b) => a.reduce((sum, value, k) => sum + Math.abs(value - b[k]!), 0),
    degree: 1,
    itself: 0,
  });
});
