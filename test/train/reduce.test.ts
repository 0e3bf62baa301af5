import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduceTerm, total } from '../../core/train/reduce.js';
import { expectClose, gradientsOf, vector } from '../plugins/numeric.js';

const reduced = (values: readonly number[], weights?: readonly number[]): number =>
  tfc.tidy(
    () =>
      reduceTerm(
        weights ? { values: vector(values), weights: vector(weights) } : { values: vector(values) },
      ).dataSync()[0]!,
  );

describe('reduceTerm', () => {
  it('is the plain mean without weights', () => {
    expect(reduced([1, 2, 6])).toBe(3);
    expect(gradientsOf((values) => reduceTerm({ values }), [vector([1, 2, 6, 3])])).toEqual([[0.25, 0.25, 0.25, 0.25]]);
  });

  it('is sum(values * weights) / sum(weights) with weights', () => {
    expect(reduced([1, 2, 6], [0, 1, 3])).toBe(5);
    const by = gradientsOf((values) => reduceTerm({ values, weights: vector([0, 1, 3]) }), [vector([1, 2, 6])]);
    expect(by).toEqual([[0, 0.25, 0.75]]);
  });

  it('is 0, with gradient 0, where nothing has weight, and of no values', () => {
    expect(reduced([5, 7], [0, 0])).toBe(0);
    const by = gradientsOf((values, weights) => reduceTerm({ values, weights }), [vector([5, 7]), vector([0, 0])]);
    expect(by[0]).toEqual([0, 0]);
    for (const value of by[1]!) expect(value).toSatisfy(Number.isFinite);
    expect(reduced([])).toBe(0);
    expect(reduced([], [])).toBe(0);
  });

  it('takes weights that broadcast to the values', () => {
    const values = tfc.tensor2d([
      [1, 2],
      [3, 5],
    ]); // [2, 2]
    expect(reduceTerm({ values, weights: tfc.tensor2d([[1], [3]]) }).dataSync()[0]).toBeCloseTo((3 + 24) / 8, 6);
  });

  it('does not change when all weights are scaled, and ignores what weighs nothing', () => {
    const value = fc.float({ min: -100, max: 100, noNaN: true });
    const weighted = fc.array(fc.tuple(value, fc.float({ min: Math.fround(0.01), max: 10, noNaN: true })), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(weighted, value, (rows, ignored) => {
        const [values, weights] = [rows.map(([v]) => v), rows.map(([, w]) => w)];
        const expected = values.reduce((sum, v, i) => sum + v * weights[i]!, 0) / weights.reduce((a, b) => a + b);
        expectClose([reduced(values, weights)], [expected], 1e-4);
        expectClose(
          [
            reduced(
              values,
              weights.map((w) => w * 64),
            ),
          ],
          [expected],
          1e-4,
        );
        expectClose([reduced([...values, ignored], [...weights, 0])], [expected], 1e-4);
      }),
      { numRuns: 50 },
    );
  });
});

describe('total', () => {
  it('is the sum of the terms, each reduced by itself', () => {
    const terms = [
      { values: vector([1, 3]) },
      { values: vector([10, 20]), weights: vector([1, 0]) },
      { values: vector([9]), weights: vector([0]) },
    ];
    expect(total(terms).dataSync()[0]).toBe(12);
    expect(total(terms).shape).toEqual([]);
  });

  it('refuses a loss without terms', () => {
    expect(() => total([])).toThrow('at least one');
  });
});
