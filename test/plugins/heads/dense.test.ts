import { describe, expect, it } from 'vitest';
import { check } from '../../../core/plugin/check.js';
import type { Schema } from '../../../core/plugin/schema.js';
import { view } from '../../../core/plugin/view.js';
import { euclidean } from '../../../plugins/distances/euclidean.js';
import { dense } from '../../../plugins/heads/dense.js';
import { openDistance } from '../distances/properties.js';
import { drawn, drawnRows, expectClose, gradientsOf, matrix, numericGradient, vector } from '../numeric.js';
import { headWeights, score, scoring } from './head-case.js';

const distance = openDistance(euclidean);
const [left, right] = [
  [
    [1, 2],
    [0, 0],
  ],
  [
    [4, -2],
    [0, 0],
  ],
];
const head = (from: string, kernel: number[], bias = 0.5) => ({
  plugin: dense,
  options: { from, hidden: [] },
  distance,
  weights: { kernel1: matrix(kernel.map((value) => [value])), bias1: vector([bias]) },
});

describe('dense', () => {
  it('weighs both embeddings, one after the other', () => {
    expect(score(head('concat', [1, 10, 100, 1000]), left, right)).toEqual([1 + 20 + 400 - 2000 + 0.5, 0.5]);
  });

  it('weighs their absolute difference, or their product', () => {
    expect(score(head('absolute-difference', [1, 10]), left, right)).toEqual([3 + 40 + 0.5, 0.5]);
    expect(score(head('product', [1, 10]), left, right)).toEqual([4 - 40 + 0.5, 0.5]);
  });

  it('weighs the distance', () => {
    expect(score(head('distance', [-2]), left, right)).toEqual([-9.5, 0.5]);
  });

  it('does not depend on which comes first, except for concat', () => {
    for (const from of ['absolute-difference', 'product']) {
      const one = head(from, [0.3, -2]);
      expect(score(one, left, right)).toEqual(score(one, right, left));
    }
    const concat = head('concat', [1, 2, 3, 4]);
    expect(score(concat, left, right)).not.toEqual(score(concat, right, left));
  });

  it('passes through the hidden layers in their order, with relu between', () => {
    const weights = {
      kernel1: matrix([[1, -1]]),
      bias1: vector([0, 3]),
      kernel2: matrix([[2], [5]]),
      bias2: vector([1]),
    };
    // d = 5: relu(5, -5 + 3) = (5, 0) -> 11; d = 0: relu(0, 3) -> 16
    expect(
      score({ plugin: dense, options: { from: 'distance', hidden: [2] }, distance, weights }, left, right),
    ).toEqual([11, 16]);
  });

  it('declares its weights by what it sees, for 2 dimensions', () => {
    const shapes = (options: object) =>
      Object.fromEntries(Object.entries(headWeights(dense, { ...options })).map(([name, { shape }]) => [name, shape]));
    expect(shapes({ from: 'concat', hidden: [] })).toEqual({ kernel1: [4, 1], bias1: [1] });
    expect(shapes({ from: 'product', hidden: [] })).toEqual({ kernel1: [2, 1], bias1: [1] });
    expect(shapes({ from: 'distance', hidden: [] })).toEqual({ kernel1: [1, 1], bias1: [1] });
    expect(shapes({ from: 'absolute-difference', hidden: [8, 3] })).toEqual({
      kernel1: [2, 8],
      bias1: [8],
      kernel2: [8, 3],
      bias2: [3],
      kernel3: [3, 1],
      bias3: [1],
    });
  });

  it('begins as minus the distance, so that larger is more alike', () => {
    expect(headWeights(dense, { from: 'distance', hidden: [] }).kernel1!.initializer).toEqual({ constant: -1 });
  });

  it('reads the distance only when it is asked to', () => {
    const { reads, produces } = view(dense);
    if (typeof reads !== 'function') throw new Error('reads depends on the option `from`');
    expect(['concat', 'product', 'absolute-difference'].map((from) => reads({ from }))).toEqual(
      new Array(3).fill('embeddings'),
    );
    expect(reads({ from: 'distance' })).toBe('distance');
    expect(produces).toEqual(['logit', 'value']);
  });

  it('has options with defaults, and refuses others', () => {
    expect(check(dense.options as Schema, {}).value).toEqual({ from: 'absolute-difference', hidden: [] });
    expect(check(dense.options as Schema, { from: 'sum' }).mistakes.map(({ kind }) => kind)).toEqual(['choice']);
    expect(check(dense.options as Schema, { hidden: [0] }).mistakes.map(({ kind }) => kind)).toEqual(['range']);
  });

  it('has the gradient of its formula by embeddings and weights', () => {
    const [kernel1, bias1, kernel2, bias2] = [drawnRows(2, 3, 1), drawn(3, 2), drawnRows(3, 1, 3), drawn(1, 4)];
    const [a, b] = [drawn(2, 5), drawn(2, 6)];
    const oracle = (x: readonly number[], k: readonly number[]): number => {
      const seen = x.map((value, i) => Math.abs(value - b[i]!));
      const layer = bias1.map((bias, u) =>
        Math.max(0, bias + seen.reduce((sum, value, i) => sum + value * k[i * 3 + u]!, 0)),
      );
      return bias2[0]! + layer.reduce((sum, value, u) => sum + value * kernel2[u]![0]!, 0);
    };
    const [byLeft, byKernel] = gradientsOf(
      (l, k) => {
        const weights = { kernel1: k, bias1: vector(bias1), kernel2: matrix(kernel2), bias2: vector(bias2) };
        return scoring({ plugin: dense, options: { from: 'absolute-difference', hidden: [3] }, distance, weights })(
          l,
          matrix([b]),
        );
      },
      [matrix([a]), matrix(kernel1)],
    );
    expectClose(
      byLeft!,
      numericGradient((x) => oracle(x, kernel1.flat()), a),
    );
    expectClose(
      byKernel!,
      numericGradient((k) => oracle(a, k), kernel1.flat()),
    );
  });

  it('has gradient 0 where left and right coincide, under absolute-difference', () => {
    const [byLeft] = gradientsOf(scoring(head('absolute-difference', [1, 10])), [matrix(left), matrix(left)]);
    expect(byLeft!.map(Math.abs)).toEqual([0, 0, 0, 0]);
  });
});
