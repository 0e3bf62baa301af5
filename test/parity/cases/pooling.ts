import * as tfc from '@tensorflow/tfjs-core';
import { type Case, cornerCase, distinct, gradientCase } from '../case.js';

type Row = readonly [
  size: readonly [number, number, number],
  window: number | [number, number],
  stride: number | [number, number],
  pad: 'same' | 'valid' | number,
];
const rows: readonly Row[] = [
  [[6, 6, 3], 2, 2, 'valid'],
  [[7, 5, 2], 2, 2, 'same'],
  [[7, 7, 2], 3, 2, 'same'],
  [[7, 7, 1], 3, 1, 'valid'],
  [[6, 8, 2], [2, 3], [1, 2], 'same'],
  [[9, 1, 4], [3, 1], [3, 1], 'valid'],
  [[6, 6, 2], 3, 2, 1],
  [[5, 5, 2], 5, 1, 'valid'],
];
const label = ([size, window, stride, pad]: Row): string =>
  `${size.join('x')}, window ${window}, stride ${stride}, ${pad}`;

export const poolingCases: readonly Case[] = [
  ...rows.map((row) =>
    gradientCase(
      `maxPool ${label(row)}`,
      (x) => tfc.maxPool(x as tfc.Tensor4D, row[1], row[2], row[3]),
      () => [distinct([2, ...row[0]], 3)],
    ),
  ),
  ...rows.map((row) =>
    gradientCase(
      `avgPool ${label(row)}`,
      (x) => tfc.avgPool(x as tfc.Tensor4D, row[1], row[2], row[3]),
      () => [distinct([2, ...row[0]], 3)],
    ),
  ),
  cornerCase(
    'maxPool of ties',
    (x) => tfc.maxPool(tfc.relu(x) as tfc.Tensor4D, 2, 2, 'valid'),
    () => [tfc.tensor4d([-1, -2, 3, 3, -3, -4, 3, 1], [1, 2, 4, 1])],
  ),
  gradientCase(
    'maxPool, one image',
    (x) => tfc.maxPool(x as tfc.Tensor3D, 2, 2, 'same'),
    () => [distinct([5, 5, 2], 3)],
  ),
  gradientCase(
    'pool, average, dilated',
    (x) => tfc.pool(x as tfc.Tensor4D, [2, 2], 'avg', 'valid', 2, 1),
    () => [distinct([1, 6, 6, 2], 3)],
  ),
];
