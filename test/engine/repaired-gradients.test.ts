import * as tfc from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import '../../core/engine/cpu.js';
import * as ops from '../../core/engine/ops.js';
import { repairGradients } from '../../core/engine/repaired-gradients.js';

const read = (tensor: tfc.Tensor): number[] => [...tensor.dataSync()];

beforeAll(() => tfc.setBackend('cpu'));

describe('gradients that tfjs-core lacks or has wrong', () => {
  test('are there once `ops` is loaded, and repairing again changes nothing', () => {
    const before = tfc.getGradient(tfc.Maximum);
    expect(before).not.toBeUndefined();
    repairGradients();
    expect(tfc.getGradient(tfc.Maximum)).toBe(before);
  });

  test('maximum, minimum and squaredDifference sum over a repeated input', () => {
    const a = tfc.tensor2d([1, 5, 4, 2], [2, 2]); // [2, 2]
    const b = tfc.tensor1d([3, 3]); // [2]
    const largest = tfc.grads((x, y) => tfc.maximum(x, y))([a, b]); // [2, 2], [2]
    expect(largest.map(read)).toEqual([
      [0, 1, 1, 0],
      [1, 1],
    ]);
    const smallest = tfc.grads((x, y) => tfc.minimum(x, y))([a, b]); // [2, 2], [2]
    expect(smallest.map(read)).toEqual([
      [1, 0, 0, 1],
      [1, 1],
    ]);
    const squares = tfc.grads((x, y) => tfc.squaredDifference(x, y))([a, b]); // [2, 2], [2]
    expect(squares.map(read)).toEqual([
      [-4, 4, 2, -2],
      [2, -2],
    ]);
  });

  test('a product with one matrix for many', () => {
    const [many, one] = [tfc.ones([3, 2, 2]), tfc.tensor3d([1, 2, 3, 4], [1, 2, 2])]; // [3, 2, 2], [1, 2, 2]
    const [byMany, byOne] = tfc.grads((x, y) => tfc.matMul(x, y))([many, one]); // [3, 2, 2], [1, 2, 2]
    expect(byMany!.shape).toEqual([3, 2, 2]);
    expect(byOne!.shape).toEqual([1, 2, 2]);
    expect(read(byOne!)).toEqual([6, 6, 6, 6]);
  });

  test('a mask made of the weights themselves is a constant', () => {
    const hinge = (x: tfc.Tensor): tfc.Tensor => tfc.mul(x, tfc.cast(tfc.greater(x, 0), 'float32')); // x's shape
    expect(read(tfc.grad(hinge)(tfc.tensor1d([-1, 2, 3])))).toEqual([0, 1, 1]);
    const layer = layers.thresholdedReLU({ theta: 1 });
    expect(read(tfc.grad((x) => layer.apply(x) as tfc.Tensor)(tfc.tensor1d([0.5, 2])))).toEqual([0, 1]);
  });

  test('cumsum along an inner axis, prod along a negative one', () => {
    const x = tfc.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]); // [2, 2, 2]
    expect(read(tfc.grad((y) => tfc.cumsum(y, 1))(x))).toEqual([2, 2, 1, 1, 2, 2, 1, 1]);
    expect(read(tfc.grad((y) => tfc.prod(y, -1))(x))).toEqual([2, 1, 4, 3, 6, 5, 8, 7]);
  });

  test('tile sums its repetitions along every axis, in a few operations', () => {
    const x = tfc.tensor3d([1, 2, 3, 4], [2, 1, 2]); // [2, 1, 2]
    const dy = tfc.reshape(tfc.range(0, 48), [4, 3, 4]); // [4, 3, 4]
    const at = (i: number, j: number, k: number): number => 12 * i + 4 * j + k;
    const expected = [0, 1].flatMap((i) =>
      [0, 1].map((k) => {
        let sum = 0;
        for (const a of [i, i + 2]) for (const b of [0, 1, 2]) for (const c of [k, k + 2]) sum += at(a, b, c);
        return sum;
      }),
    );
    expect(read(tfc.grad((y) => tfc.tile(y, [2, 3, 2]))(x, dy))).toEqual(expected);
    const scalar = tfc.scalar(2);
    expect(read(tfc.grad((y) => tfc.tile(tfc.reshape(y, [1]), [5]))(scalar))).toEqual([5]);
    const many = tfc.ones([1, 1]); // [1, 1]
    const kernels = tfc.profile(() => tfc.grad((y) => tfc.tile(y, [100, 50]))(many)); // [1, 1]
    return kernels.then(({ kernels: run }) => expect(run.length).toBeLessThan(20));
  });

  test('topk, gatherND, stridedSlice and mirrorPad give back to where they took', () => {
    const x = tfc.tensor2d([3, 1, 2, 4, 6, 5], [2, 3]); // [2, 3]
    const dy = tfc.tensor2d([1, 2, 3, 4], [2, 2]); // [2, 2]
    expect(read(tfc.grad((y) => tfc.topk(y, 2).values)(x, dy))).toEqual([1, 0, 2, 0, 3, 4]);
    const places = tfc.tensor2d([0, 2, 1, 0, 0, 2], [3, 2], 'int32'); // [3, 2]
    expect(read(tfc.grad((y) => tfc.gatherND(y, places))(x))).toEqual([0, 0, 2, 1, 0, 0]);
    expect(read(tfc.grad((y) => tfc.stridedSlice(y, [0, 2], [2, 0], [1, -2]))(x))).toEqual([0, 0, 1, 0, 0, 1]);
    const sides: [number, number][] = [
      [0, 0],
      [1, 1],
    ];
    expect(read(tfc.grad((y) => tfc.mirrorPad(y, sides, 'reflect'))(x))).toEqual([1, 3, 1, 1, 3, 1]);
  });

  test('einsum, with a label of one operand alone', () => {
    const [a, b] = [tfc.tensor2d([1, 2, 3, 4], [2, 2]), tfc.tensor1d([5, 6])]; // [2, 2], [2]
    const [byA, byB] = tfc.grads((x, y) => tfc.einsum('ij,j->j', x, y))([a, b]); // [2, 2], [2]
    expect(read(byA!)).toEqual([5, 6, 5, 6]);
    expect(read(byB!)).toEqual([4, 6]);
  });

  test('divNoNan of `ops` is 0 where it divides by 0, and so is its gradient', () => {
    const [a, b] = [tfc.tensor1d([1, 2, 3]), tfc.tensor1d([0, 4, 0])]; // [3], [3]
    expect(read(ops.divNoNan(a, b))).toEqual([0, 0.5, 0]);
    const [byA, byB] = tfc.grads((x, y) => ops.divNoNan(x, y))([a, b]); // [3], [3]
    expect(read(byA!)).toEqual([0, 0.25, 0]);
    expect(read(byB!).map((value) => value + 0)).toEqual([0, -0.125, 0]);
  });
});
