import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { euclidean } from '../../../plugins/distances/euclidean.js';
import { none } from '../../../plugins/heads/none.js';
import { openDistance } from '../distances/properties.js';
import { headWeights, score } from './head-case.js';

describe('none', () => {
  it('scores a pair by the distance itself', () => {
    expect(
      score(
        { plugin: none, distance: openDistance(euclidean) },
        [
          [0, 0],
          [1, 1],
        ],
        [
          [3, 4],
          [1, 1],
        ],
      ),
    ).toEqual([5, 0]);
  });

  it('says so: a distance, without weights', () => {
    expect(view(none)).toMatchObject({ produces: 'distance', reads: 'distance' });
    expect(headWeights(none)).toEqual({});
  });
});
