import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Range } from '../../../core/contract/index.js';
import { view } from '../../../core/plugin/view.js';
import { angular } from '../../../plugins/distances/angular.js';
import { cosine } from '../../../plugins/distances/cosine.js';
import { euclidean } from '../../../plugins/distances/euclidean.js';
import { manhattan } from '../../../plugins/distances/manhattan.js';
import { negativeDot } from '../../../plugins/distances/negative-dot.js';
import { squaredEuclidean } from '../../../plugins/distances/squared-euclidean.js';
import { similarity } from '../../../plugins/heads/similarity.js';
import { openDistance } from '../distances/properties.js';
import { drawn, drawnRows, expectClose, gradientsOf, matrix, numericGradient } from '../numeric.js';
import { headWeights, score, scoring } from './head-case.js';

const distances = [angular, cosine, euclidean, manhattan, negativeDot, squaredEuclidean];
const rangeUnder = (range: Range): Range => {
  const declared = view(similarity).range!;
  return typeof declared === 'function' ? declared({}, range) : declared;
};

describe('similarity', () => {
  it('is the cosine under the cosine distance', () => {
    const head = { plugin: similarity, distance: openDistance(cosine) };
    expectClose(
      score(
        head,
        [
          [1, 0],
          [1, 0],
          [1, 0],
        ],
        [
          [2, 0],
          [0, 1],
          [-3, 0],
        ],
      ),
      [1, 0, -1],
      1e-6,
    );
  });

  it('is 1 - d under the angular distance', () => {
    const head = { plugin: similarity, distance: openDistance(angular) };
    expectClose(
      score(
        head,
        [
          [1, 0],
          [1, 0],
        ],
        [
          [0, 1],
          [-1, 0],
        ],
      ),
      [0.5, 0],
      1e-6,
    );
  });

  it('is exp(-d) under a distance without an upper bound', () => {
    const head = { plugin: similarity, distance: openDistance(euclidean) };
    expectClose(
      score(
        head,
        [
          [0, 0],
          [1, 1],
        ],
        [
          [3, 4],
          [1, 1],
        ],
      ),
      [Math.exp(-5), 1],
      1e-6,
    );
  });

  it('is the dot product under the negative dot product', () => {
    const head = { plugin: similarity, distance: openDistance(negativeDot) };
    expect(score(head, [[1, 2]], [[3, 4]])).toEqual([11]);
  });

  it('declares the range that it has, and no weights', () => {
    expect(rangeUnder([0, 1])).toEqual([0, 1]);
    expect(rangeUnder([0, 2])).toEqual([-1, 1]);
    expect(rangeUnder([0, Infinity])).toEqual([0, 1]);
    expect(rangeUnder([-Infinity, Infinity])).toEqual([-Infinity, Infinity]);
    expect(view(similarity)).toMatchObject({ produces: 'value', reads: 'distance' });
    expect(headWeights(similarity)).toEqual({});
  });

  it('falls as the distance grows, and stays in its range, under every distance', () => {
    const row = fc.array(fc.float({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 });
    for (const plugin of distances) {
      const distance = openDistance(plugin);
      const [low, high] = rangeUnder(distance.range);
      fc.assert(
        fc.property(row, row, row, (a, b, c) => {
          const rows = [matrix([a, a]), matrix([b, c])] as const;
          const [near, far] = distance.between(...rows).dataSync();
          const [first, second] = score({ plugin: similarity, distance }, [a, a], [b, c]);
          if (near! < far!) expect(first!).toBeGreaterThanOrEqual(second!);
          for (const value of [first!, second!]) {
            expect(value).toBeGreaterThanOrEqual(low - 1e-6);
            expect(value).toBeLessThanOrEqual(high + 1e-6);
          }
        }),
        { numRuns: 30 },
      );
    }
  });

  it('passes the gradient of exp(-d) on to the embeddings', () => {
    const [a, b] = [drawn(4, 1), drawnRows(1, 4, 2)];
    const of = scoring({ plugin: similarity, distance: openDistance(euclidean) });
    const [byA] = gradientsOf(of, [matrix([a]), matrix(b)]);
    const oracle = (x: readonly number[]): number => Math.exp(-Math.hypot(...x.map((value, k) => value - b[0]![k]!)));
    expectClose(byA!, numericGradient(oracle, a));
  });
});
