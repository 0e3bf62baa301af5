import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { DistanceInstance, Step } from '../../core/contract/index.js';
import { stepRandom } from '../../core/engine/step-random.js';
import { view } from '../../core/plugin/view.js';
import { bindDistance, bindHead } from '../../core/train/bind.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { messageOf } from '../files/problem-of.js';
import { drawn, drawnRows, expectClose, gradientsOf, matrix, vector } from '../plugins/numeric.js';

type Scaled = { readonly scale: Tensor };
/** scale * squared euclidean, which knows pairs alone. */
const scaled: DistanceInstance<Scaled> = {
  between: (a, b, { scale }) => tfc.mul(scale, tfc.sum(tfc.squaredDifference(a, b), 1)), // [n]
};
const bound = (weights: Scaled) =>
  bindDistance<Scaled>({ instance: scaled, range: [0, Infinity], metric: false, weights });

describe('bindDistance', () => {
  it('binds the weights and keeps range and metric', () => {
    const distance = bound({ scale: tfc.scalar(3) });
    expect(Array.from(distance.between(matrix([[0, 0]]), matrix([[1, 2]])).dataSync())).toEqual([15]);
    expect(distance).toMatchObject({ range: [0, Infinity], metric: false });
  });

  it('derives the matrix from pairs, with the gradient of all pairs, by the weights too', () => {
    const [a, b] = [drawnRows(3, 4, 1), drawnRows(5, 4, 2)];
    const upstream = tfc.tensor2d(drawn(15, 3), [3, 5]); // [3, 5]
    const derived = gradientsOf(
      (x, y, scale) => tfc.mul(upstream, bound({ scale }).matrix(x, y)),
      [matrix(a), matrix(b), tfc.scalar(2)],
    );
    const loop = gradientsOf(
      (x, y, scale) => {
        const pairs = a.flatMap((_, i) =>
          b.map((__, j) => bound({ scale }).between(tfc.slice(x, [i, 0], [1, 4]), tfc.slice(y, [j, 0], [1, 4]))),
        );
        return tfc.mul(tfc.reshape(upstream, [15]), tfc.concat(pairs)); // [15]
      },
      [matrix(a), matrix(b), tfc.scalar(2)],
    );
    for (const [i, gradient] of derived.entries()) expectClose(gradient, loop[i]!, 1e-5);
    const values = bound({ scale: tfc.scalar(2) }).matrix(matrix(a), matrix(b));
    expect(values.shape).toEqual([3, 5]);
    expectClose(
      values.dataSync(),
      a.flatMap((row) => b.map((other) => 2 * row.reduce((sum, v, k) => sum + (v - other[k]!) ** 2, 0))),
      1e-5,
    );
  });

  it('uses the matrix that a distance brings', () => {
    const instance = view(euclidean).create({}, {});
    const own = { ...instance, matrix: () => tfc.ones([1, 2]) };
    const distance = bindDistance({ instance: own, range: [0, Infinity], metric: true, weights: {} });
    expect(Array.from(distance.matrix(matrix([[0]]), matrix([[5], [6]])).dataSync())).toEqual([1, 1]);
  });

  it('refuses results of another shape than one number a pair', async () => {
    const column: DistanceInstance<{}> = { between: (a, b) => tfc.sum(tfc.sub(a, b), 1, true) }; // [n, 1]
    const distance = bindDistance({ instance: column, range: [0, 1], metric: false, weights: {} });
    const work = () => distance.between(matrix([[1], [2]]), matrix([[1], [2]]));
    expect(await messageOf(work)).toBe('PLUGIN_FAILED distance.between returned the shape [2,1], it must return [2]');
  });
});

describe('bindHead', () => {
  const pair = { left: matrix([[1], [2]]), right: matrix([[1], [2]]), distance: () => vector([1, 3]) };
  const stepAt = (at: number): Step => {
    const index = tfc.scalar(at, 'int32'); // []
    return { training: true, random: stepRandom(0, 'test', index), index, progress: tfc.scalar(0) };
  };

  it('binds the weights and asks for the step at each call', () => {
    let steps = 0;
    const head = bindHead<{ scale: Tensor }>({
      instance: { score: ({ distance }, { scale }, { index }) => tfc.add(tfc.mul(distance(), scale), index) }, // [pairs]
      produces: 'value',
      weights: { scale: tfc.scalar(-2) },
      step: () => stepAt(steps++),
    });
    expect(Array.from(head.score(pair).dataSync())).toEqual([-2, -6]);
    expect(Array.from(head.score(pair).dataSync())).toEqual([-1, -5]);
    expect(head.produces).toBe('value');
  });

  it('refuses scores of another shape than one number a pair', async () => {
    const head = bindHead<{}>({
      instance: { score: ({ left }) => left },
      produces: 'logit',
      weights: {},
      step: () => stepAt(0),
    });
    const expected = 'PLUGIN_FAILED head.score returned the shape [2,1], it must return [2]';
    expect(await messageOf(() => head.score(pair))).toBe(expected);
  });
});
