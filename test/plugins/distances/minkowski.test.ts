import { describe, expect, it } from 'vitest';
import { check } from '../../../core/plugin/check.js';
import type { Schema } from '../../../core/plugin/schema.js';
import { euclidean } from '../../../plugins/distances/euclidean.js';
import { manhattan } from '../../../plugins/distances/manhattan.js';
import { minkowski } from '../../../plugins/distances/minkowski.js';
import { drawnRows, expectClose } from '../numeric.js';
import { all, between, distanceProperties, openDistance } from './properties.js';

const oracle =
  (p: number) =>
  (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, k) => sum + Math.abs(value - b[k]!) ** p, 0) ** (1 / p);

describe('minkowski', () => {
  it('is the cube root of 91 between [0, 0] and [3, 4] for p = 3', () => {
    const distance = openDistance(minkowski, { p: 3 });
    expectClose(between(distance, [[0, 0]], [[3, 4]]), [91 ** (1 / 3)], 1e-6);
    expectClose(
      all(
        distance,
        [[0, 0]],
        [
          [3, 4],
          [0, 0],
        ],
      ),
      [91 ** (1 / 3), 0],
      1e-6,
    );
  });

  it('is manhattan for p = 1 and euclidean for p = 2', () => {
    const [a, b] = [drawnRows(10, 5, 1), drawnRows(10, 5, 2)];
    expectClose(between(openDistance(minkowski, { p: 1 }), a, b), between(openDistance(manhattan), a, b), 1e-6);
    expectClose(between(openDistance(minkowski, { p: 2 }), a, b), between(openDistance(euclidean), a, b), 1e-6);
  });

  it('neither overflows nor vanishes for high powers', () => {
    const distance = openDistance(minkowski, { p: 40 });
    expectClose(between(distance, [[1000, 0]], [[0, 1000]]), [1000 * 2 ** (1 / 40)], 1e-6);
    const [tiny] = between(distance, [[0.001, 0]], [[0, 0.001]]);
    expectClose([tiny! * 1000], [2 ** (1 / 40)], 1e-6);
  });

  it('refuses p < 1, which is no norm', () => {
    expect(check(minkowski.options as Schema, { p: 0.5 }).mistakes.map(({ kind }) => kind)).toEqual(['range']);
    expect(check(minkowski.options as Schema, {})).toEqual({ value: { p: 3 }, mistakes: [] });
  });

  for (const p of [1.5, 3]) {
    describe(`p = ${p}`, () => {
      distanceProperties({ plugin: minkowski, options: { p }, oracle: oracle(p), degree: 1, itself: 0 });
    });
  }
});
