import * as tfc from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoundDistance } from '../../../core/contract/index.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { type Options, view } from '../../../core/plugin/view.js';
import { bindDistance } from '../../../core/train/bind.js';
import {
  drawn,
  drawnRows,
  expectClose,
  gradientsOf,
  type Matrix,
  matrix,
  numericGradient,
  type Vector,
} from '../numeric.js';

export interface DistanceCase {
  readonly plugin: Plugin<'distance'>;
  readonly options?: Options;
  /** The formula in float64, by loops. */
  readonly oracle: (a: Vector, b: Vector) => number;
  /** distance(s*a, s*b) = s^degree * distance(a, b) */
  readonly degree: number;
  /** Distance of a point to itself; null: it depends on the point. */
  readonly itself: number | null;
  /** The distance where it has weights: they depend on the length of the embeddings. */
  readonly distance?: BoundDistance;
  /** Whether all coordinates count alike. Default true. */
  readonly isotropic?: boolean;
  /** Whether rounding leaves enough of a drawn point for what else holds exactly. */
  readonly fits?: (point: Vector) => boolean;
}

export function openDistance(plugin: Plugin<'distance'>, options: Options = {}): BoundDistance {
  const { create, range, metric = false } = view(plugin);
  const bounds = typeof range === 'function' ? range(options) : range;
  return bindDistance({ instance: create(options, {}), range: bounds, metric, weights: {} });
}

export const between = (distance: BoundDistance, a: Matrix, b: Matrix): number[] =>
  tfc.tidy(() => Array.from(distance.between(matrix(a), matrix(b)).dataSync()));
export const all = (distance: BoundDistance, a: Matrix, b: Matrix): number[] =>
  tfc.tidy(() => Array.from(distance.matrix(matrix(a), matrix(b)).dataSync()));

const unit = (x: Vector): number[] => x.map((value) => Math.fround(value / Math.hypot(...x)));
const points = fc
  .array(fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 5, maxLength: 5 }), {
    minLength: 3,
    maxLength: 3,
  })
  .filter((rows) => rows.every((row) => Math.hypot(...row) > 0.01));

/** A distance with weights of its own, which depend on the length of the embeddings. */
export function openLearned(
  plugin: Plugin<'distance'>,
  weights: (dimensions: number) => Readonly<Record<string, tfc.Tensor>>,
): BoundDistance {
  const { create, range, metric = false } = view(plugin);
  const bounds = typeof range === 'function' ? range({}) : range;
  const of = (dimensions: number): BoundDistance =>
    bindDistance({ instance: create({}, {}), range: bounds, metric, weights: weights(dimensions) as never });
  return {
    range: bounds,
    metric,
    between: (a, b) => of(a.shape[1]!).between(a, b), // [n]
    matrix: (a, b) => of(a.shape[1]!).matrix(a, b), // [n, m]
  };
}

/** What every distance must hold, beside its own hand-computed cases. */
export function distanceProperties(one: DistanceCase): void {
  const { plugin, options = {}, oracle, degree, itself, isotropic = true, fits = () => true } = one;
  const distance = one.distance ?? openDistance(plugin, options);
  const drawnPoints = points.filter((rows) => rows.every(fits));
  const definition = view(plugin);

  describe('as every distance', () => {
    it('agrees with its formula written as loops', () => {
      const [a, b] = [drawnRows(20, 7, 1), drawnRows(20, 7, 2)];
      expectClose(
        between(distance, a, b),
        a.map((row, i) => oracle(row, b[i]!)),
        2e-6,
      );
    });

    it('has the gradient of its formula, by both inputs', () => {
      const [a, b] = [drawnRows(4, 6, 3), drawnRows(4, 6, 4)];
      const [byA, byB] = gradientsOf((x, y) => distance.between(x, y), [matrix(a), matrix(b)]);
      expectClose(
        byA!,
        a.flatMap((row, i) => numericGradient((x) => oracle(x, b[i]!), row)),
      );
      expectClose(
        byB!,
        b.flatMap((row, i) => numericGradient((x) => oracle(a[i]!, x), row)),
      );
    });

    it('has a matrix equal to the loop over all pairs, near and far', () => {
      const a = drawnRows(6, 16, 5);
      // beside each row: itself, itself moved by 1e-4, by 1e-6, and a row far away
      const b = a.flatMap((row, i) => [row, moved(row, 1e-4, i), moved(row, 1e-6, i), drawn(16, 50 + i)]);
      const loop = a.flatMap((row) =>
        between(
          distance,
          b.map(() => row),
          b,
        ),
      );
      expectClose(all(distance, a, b), loop, 1e-6);
      expectClose(
        all(distance, a, b),
        a.flatMap((row) => b.map((other) => oracle(row, other))),
        2e-6,
      );
    });

    it('has a matrix with the gradient of the loop over all pairs', () => {
      const [a, b] = [drawnRows(3, 5, 6), drawnRows(4, 5, 7)];
      const weight = tfc.tensor2d(drawn(12, 8), [3, 4]); // [3, 4]
      const [byA, byB] = gradientsOf((x, y) => tfc.mul(weight, distance.matrix(x, y)), [matrix(a), matrix(b)]);
      const weights = drawn(12, 8);
      const total = (rows: Matrix, others: Matrix): number =>
        rows
          .flatMap((row, i) => others.map((other, j) => weights[i * 4 + j]! * oracle(row, other)))
          .reduce((x, y) => x + y);
      expectClose(
        byA!,
        a.flatMap((row, i) => numericGradient((x) => total(a.with(i, x as number[]), b), row)),
      );
      expectClose(
        byB!,
        b.flatMap((row, j) => numericGradient((x) => total(a, b.with(j, x as number[])), row)),
      );
    });

    it('is finite, with a finite gradient, for zero vectors, coincident and opposite points', () => {
      const a = [
        [0, 0, 0],
        [0, 0, 0],
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
        [-0.1, 0.7, 0.3],
      ];
      const b = [
        [0, 0, 0],
        [1, 2, 3],
        [0, 0, 0],
        [1, 2, 3],
        [-1, -2, -3],
        [-0.1, 0.7, 0.3],
      ];
      for (const value of [...between(distance, a, b), ...all(distance, a, b)])
        expect(value).toSatisfy(Number.isFinite);
      const ways = [
        gradientsOf((x, y) => distance.between(x, y), [matrix(a), matrix(b)]),
        gradientsOf((x, y) => distance.matrix(x, y), [matrix(a), matrix(b)]),
      ];
      // a gradient may be as large as 1 / length for what normalises, never larger than that
      for (const value of ways.flat(2)) expect(Math.abs(value)).toBeLessThan(100);
    });

    if (itself !== null) {
      it(`is ${itself}, with gradient 0, where two points coincide`, () => {
        const a = drawnRows(8, 6, 9);
        expect(between(distance, a, a)).toEqual(a.map(() => itself));
        const [byA, byB] = gradientsOf((x, y) => distance.between(x, y), [matrix(a), matrix(a)]);
        for (const value of [...byA!, ...byB!]) expect(Math.abs(value)).toBe(0);
      });

      it('has a matrix with gradient 0 where all points coincide', () => {
        const a = [
          [0.3, -0.2, 0.9],
          [0.3, -0.2, 0.9],
        ];
        const [byA, byB] = gradientsOf((x, y) => distance.matrix(x, y), [matrix(a), matrix(a)]);
        expectClose([...byA!, ...byB!], new Array(12).fill(0), 1e-6);
      });
    }

    const symmetric = definition.symmetric ?? true;
    it(`${symmetric ? 'does not depend' : 'depends'} on which comes first`, () => {
      if (!symmetric) {
        const [a, b] = [drawnRows(1, 5, 10), drawnRows(1, 5, 11)];
        const [there, back] = [between(distance, a, b)[0]!, between(distance, b, a)[0]!];
        expect(Math.abs(there - back)).toBeGreaterThan(0.01);
        return;
      }
      fc.assert(
        fc.property(drawnPoints, ([a, b]) => {
          expectClose(between(distance, [b!], [a!]), between(distance, [a!], [b!]), 1e-5);
        }),
        { numRuns: 50 },
      );
    });

    if (isotropic) {
      it('does not depend on the order of the coordinates', () => {
        fc.assert(
          fc.property(drawnPoints, ([a, b]) => {
            const there = between(distance, [a!], [b!]);
            expectClose(between(distance, [a!.toReversed()], [b!.toReversed()]), there, 1e-5);
          }),
          { numRuns: 50 },
        );
      });
    }

    it(`scales with the embedding to the power ${degree}`, () => {
      fc.assert(
        fc.property(drawnPoints, fc.constantFrom(0.125, 0.5, 2, 64), ([a, b], scale) => {
          const grown = (row: Vector): number[] => row.map((value) => value * scale);
          const expected = between(distance, [a!], [b!]).map((value) => value * scale ** degree);
          expectClose(between(distance, [grown(a!)], [grown(b!)]), expected, 1e-5);
        }),
        { numRuns: 50 },
      );
    });

    it('stays within the ranges that it declares', () => {
      const unitRange = definition.unitRange ?? definition.range;
      const [low, high] = typeof unitRange === 'function' ? unitRange(options) : unitRange;
      const [least, most] = distance.range;
      const opposite = [1, 0, 0, 0, 0];
      fc.assert(
        fc.property(drawnPoints, ([a, b]) => {
          for (const value of between(distance, [a!], [b!])) {
            expect(value).toBeGreaterThanOrEqual(least);
            expect(value).toBeLessThanOrEqual(most + 1e-6);
          }
          const rows = [unit(a!), unit(b!), opposite];
          for (const value of between(distance, rows, [unit(b!), unit(b!).map((x) => -x), opposite.map((x) => -x)])) {
            expect(value).toBeGreaterThanOrEqual(low - 1e-6);
            expect(value).toBeLessThanOrEqual(high + 1e-6);
          }
        }),
        { numRuns: 100 },
      );
    });

    if (definition.metric) {
      it('is a metric: detours are no shorter, and only a point itself is at distance 0', () => {
        fc.assert(
          fc.property(drawnPoints, ([a, b, c]) => {
            const [ab, bc, ac] = between(distance, [a!, b!, a!], [b!, c!, c!]);
            expect(ac!).toBeLessThanOrEqual(ab! + bc! + 1e-5);
            const apart = a!.some((value, i) => Math.abs(value - b![i]!) > 1e-3);
            if (apart) expect(ab!).toBeGreaterThan(0);
          }),
          { numRuns: 100 },
        );
      });
    }
  });
}

/** The row, moved by `length` along a direction of its own. In float32. */
function moved(row: Vector, length: number, seed: number): number[] {
  const direction = unit(drawn(row.length, 90 + seed));
  return row.map((value, i) => Math.fround(value + length * direction[i]!));
}
