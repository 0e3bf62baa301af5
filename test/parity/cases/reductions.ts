import * as tfc from '@tensorflow/tfjs-core';
import { type Case, distinct, fixed, fixedIntegers, gradientCase, valueCase } from '../case.js';

type Axis = number | number[] | undefined;
type Reduction = (x: tfc.Tensor, axis?: number | number[], keepDims?: boolean) => tfc.Tensor;

const reductions: readonly (readonly [string, Reduction])[] = [
  ['sum', tfc.sum],
  ['mean', tfc.mean],
  ['max', tfc.max],
  ['min', tfc.min],
  ['prod', tfc.prod],
  ['logSumExp', tfc.logSumExp],
  ['euclidean norm', (x, axis, keepDims) => tfc.norm(x, 'euclidean', axis, keepDims)],
  ['1-norm', (x, axis, keepDims) => tfc.norm(x, 1, axis, keepDims)],
  ['variance', (x, axis, keepDims) => tfc.moments(x, axis, keepDims).variance],
];
const axes: readonly (readonly [string, Axis, boolean])[] = [
  ['all', undefined, false],
  ['last', -1, false],
  ['first', 0, true],
  ['middle', 1, false],
  ['two', [0, 2], true],
];

export const reductionCases: readonly Case[] = [
  ...reductions.flatMap(([name, op]) =>
    axes.map(([form, axis, keepDims]) =>
      gradientCase(
        `${name}, ${form}`,
        (x) => op(x, axis, keepDims),
        () => [distinct([2, 3, 4], 5)],
      ),
    ),
  ),
  ...[false, true].flatMap((exclusive) =>
    [false, true].map((reverse) =>
      gradientCase(
        `cumsum, exclusive ${exclusive}, reverse ${reverse}`,
        (x) => tfc.cumsum(x, 1, exclusive, reverse),
        () => [fixed([2, 4, 3], 2)],
      ),
    ),
  ),
  valueCase('cumprod', () => [tfc.cumprod(fixed([2, 4], 2), 1), tfc.cumprod(fixed([2, 4], 2), 0, true, true)]),
  valueCase('reductions of int32', () => {
    const x = fixedIntegers([2, 3, 4], 5); // [2, 3, 4]
    return [tfc.sum(x, 1), tfc.max(x, 2), tfc.min(x, 0), tfc.prod(x, [0, 1]), tfc.mean(x, 1), tfc.cumsum(x, 2)];
  }),
  valueCase('sum of bool', () => tfc.sum(tfc.tensor2d([1, 0, 1, 1, 0, 0], [2, 3], 'bool'), 1)),
  valueCase('all, any', () => {
    const x = tfc.tensor2d([1, 0, 1, 1, 1, 1, 0, 0, 0], [3, 3], 'bool'); // [3, 3]
    return [tfc.all(x, 1), tfc.any(x, 1), tfc.all(x), tfc.any(x, 0, true)];
  }),
  valueCase('argMax, argMin', () => {
    const x = distinct([3, 4, 5], 8); // [3, 4, 5]
    return [tfc.argMax(x, -1), tfc.argMax(x, 0), tfc.argMin(x, 1), tfc.argMin(x, 2)];
  }),
  gradientCase(
    'topk, its values',
    (x) => tfc.topk(x, 3).values,
    () => [distinct([3, 7], 9)],
  ),
  gradientCase(
    'topk 3-d, its values',
    (x) => tfc.topk(x, 2).values,
    () => [distinct([2, 3, 4], 9)],
  ),
  valueCase('topk, its indices', () => tfc.topk(distinct([3, 7], 9), 3).indices),
  valueCase('topk of int32', () => {
    const { values, indices } = tfc.topk(tfc.tensor2d([4, 9, 1, 7, 3, 8], [2, 3], 'int32'), 2); // [2, 2], [2, 2]
    return [values, indices];
  }),
  gradientCase(
    'softmax',
    (x) => tfc.softmax(x),
    () => [fixed([3, 5], 4, -3, 3)],
  ),
  gradientCase(
    'logSoftmax',
    (x) => tfc.logSoftmax(x),
    () => [fixed([3, 5], 4, -3, 3)],
  ),
  gradientCase(
    'softmax of one',
    (x) => tfc.softmax(x),
    () => [fixed([3, 1], 4, -3, 3)],
  ),
];
