import { describe, it } from 'vitest';
import { cosine } from '../../../plugins/distances/cosine.js';
import { expectClose, gradientsOf, matrix } from '../numeric.js';
import { all, between, distanceProperties, openDistance } from './properties.js';

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0);

describe('cosine', () => {
  const distance = openDistance(cosine);

  it('is 0, 1, 2 for the same, a perpendicular and the opposite direction, whatever the lengths', () => {
    const a = [
      [2, 0],
      [0, 3],
      [-1, 0],
    ];
    expectClose(
      between(
        distance,
        [
          [5, 0],
          [5, 0],
          [5, 0],
        ],
        a,
      ),
      [0, 1, 2],
      1e-6,
    );
    expectClose(all(distance, [[5, 0]], a), [0, 1, 2], 1e-6);
  });

  it('puts a zero vector at right angles to everything, with gradient 0', () => {
    const [a, b] = [
      [
        [0, 0],
        [0, 0],
      ],
      [
        [1, 2],
        [0, 0],
      ],
    ];
    expectClose(between(distance, a, b), [1, 1], 1e-6);
    expectClose(all(distance, a, b), [1, 1, 1, 1], 1e-6);
    for (const of of [distance.between, distance.matrix]) {
      for (const gradient of gradientsOf(of, [matrix(a), matrix(b)])) expectClose(gradient, [0, 0, 0, 0], 1e-6);
    }
  });

  distanceProperties({
    plugin: cosine,
    oracle: (a, b) => (dot(a, a) === 0 || dot(b, b) === 0 ? 1 : 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))),
    degree: 0,
    itself: 0,
  });
});
