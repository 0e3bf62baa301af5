import { describe, expect, it } from 'vitest';
import { angular } from '../../../plugins/distances/angular.js';
import { expectClose, gradientsOf, matrix } from '../numeric.js';
import { all, between, distanceProperties, openDistance } from './properties.js';

/** Angle in half turns, by Kahan's form: the arccosine has no digits left for near-coincident directions. */
function oracle(a: readonly number[], b: readonly number[]): number {
  const [lengthA, lengthB] = [Math.hypot(...a), Math.hypot(...b)];
  if (lengthA === 0 || lengthB === 0) return 0.5;
  const apart = Math.hypot(...a.map((value, k) => value / lengthA - b[k]! / lengthB));
  const along = Math.hypot(...a.map((value, k) => value / lengthA + b[k]! / lengthB));
  return (2 * Math.atan2(apart, along)) / Math.PI;
}
const at = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];

describe('angular', () => {
  const distance = openDistance(angular);

  it('is the angle in half turns: 50 degrees are 50/180, whatever the lengths', () => {
    const others = [at(50).map((x) => 3 * x), at(90), at(180), at(0)];
    expectClose(
      between(
        distance,
        others.map(() => [2, 0]),
        others,
      ),
      [50 / 180, 0.5, 1, 0],
      1e-6,
    );
    expectClose(all(distance, [[2, 0]], others), [50 / 180, 0.5, 1, 0], 1e-6);
  });

  it('keeps its digits at small angles, where the arccosine has lost half of them', () => {
    const angle = 1e-4;
    expect(between(distance, [[1, 0]], [[1, angle]])[0]).toBeCloseTo(angle / Math.PI, 9);
  });

  it('has a gradient of the same length at all angles, and 0 at none and at a half turn', () => {
    const lengthAt = (direction: readonly number[]): number => {
      const [byA] = gradientsOf((x, y) => distance.between(x, y), [matrix([direction]), matrix([[1, 0]])]);
      return Math.hypot(...byA!);
    };
    for (const degrees of [0.01, 1, 50, 90, 179, 179.9]) expect(lengthAt(at(degrees))).toBeCloseTo(1 / Math.PI, 3);
    expect([lengthAt([1, 0]), lengthAt([-1, 0])]).toEqual([0, 0]);
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
    expectClose(between(distance, a, b), [0.5, 0.5], 1e-6);
    expectClose(all(distance, a, b), [0.5, 0.5, 0.5, 0.5], 1e-6);
    for (const of of [distance.between, distance.matrix]) {
      for (const gradient of gradientsOf(of, [matrix(a), matrix(b)])) expectClose(gradient, [0, 0, 0, 0], 1e-6);
    }
  });

  distanceProperties({ plugin: angular, oracle, degree: 0, itself: 0 });
});
