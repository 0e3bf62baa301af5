import * as tfc from '@tensorflow/tfjs-core';
import { type Case, cornerCase, distinct, gradientCase } from '../case.js';

/** Sizes of a pooling: input [height, width, channels]. */
export interface Pooling {
  readonly input: readonly [number, number, number];
  readonly window: number | [number, number];
  readonly stride: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
}

const sizes: readonly Pooling[] = [
  { input: [6, 6, 3], window: 2, stride: 2, pad: 'valid' },
  { input: [7, 5, 2], window: 2, stride: 2, pad: 'same' },
  { input: [7, 7, 2], window: 3, stride: 2, pad: 'same' },
  { input: [7, 7, 1], window: 3, stride: 1, pad: 'valid' },
  { input: [6, 8, 2], window: [2, 3], stride: [1, 2], pad: 'same' },
  { input: [9, 1, 4], window: [3, 1], stride: [3, 1], pad: 'valid' },
  { input: [5, 5, 2], window: 5, stride: 1, pad: 'valid' },
  { input: [7, 7, 2], window: 2, stride: 3, pad: 'valid' },
];

function poolingCase(name: string, run: typeof tfc.maxPool, { input, window, stride, pad }: Pooling): Case {
  return gradientCase(
    `${name} ${input.join('x')}, window ${window}, stride ${stride}, ${pad}`,
    (x) => run(x as tfc.Tensor4D, window, stride, pad), // [2, .., .., c]
    () => [distinct([2, ...input], 3)],
  );
}

export const maxPoolCase = (pooling: Pooling): Case => poolingCase('maxPool', tfc.maxPool, pooling);
export const avgPoolCase = (pooling: Pooling): Case => poolingCase('avgPool', tfc.avgPool, pooling);

export const poolingCases: readonly Case[] = [
  ...sizes.map(maxPoolCase),
  ...sizes.map(avgPoolCase),
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
