import * as tfc from '@tensorflow/tfjs-core';
import { type Case, fixed, fixedIntegers, gradientCase, valueCase } from '../case.js';

const x234 = (): readonly tfc.Tensor[] => [fixed([2, 3, 4], 11)];
const indices = (values: number[]): tfc.Tensor1D => tfc.tensor1d(values, 'int32'); // [values]

const gradients: readonly Case[] = [
  gradientCase('reshape', (x) => tfc.reshape(x, [4, -1]), x234),
  gradientCase('expandDims', (x) => tfc.expandDims(x, 1), x234),
  gradientCase(
    'squeeze',
    (x) => tfc.squeeze(x),
    () => [fixed([2, 1, 3, 1], 2)],
  ),
  gradientCase('transpose', (x) => tfc.transpose(x), x234),
  gradientCase('transpose 201', (x) => tfc.transpose(x, [2, 0, 1]), x234),
  gradientCase(
    'transpose 2-d',
    (x) => tfc.transpose(x),
    () => [fixed([5, 7], 2)],
  ),
  gradientCase(
    'transpose 0213',
    (x) => tfc.transpose(x, [0, 2, 1, 3]),
    () => [fixed([2, 3, 2, 3], 2)],
  ),
  gradientCase(
    'concat 0',
    (a, b) => tfc.concat([a, b], 0),
    () => [fixed([2, 3], 1), fixed([1, 3], 2)],
  ),
  gradientCase(
    'concat 1',
    (a, b, c) => tfc.concat([a, b, c], 1),
    () => [fixed([2, 3], 1), fixed([2, 1], 2), fixed([2, 2], 3)],
  ),
  gradientCase(
    'stack',
    (a, b) => tfc.stack([a, b], 1),
    () => [fixed([2, 3], 1), fixed([2, 3], 2)],
  ),
  gradientCase('unstack', (x) => tfc.add(...(tfc.unstack(x, 0) as [tfc.Tensor, tfc.Tensor])), x234),
  gradientCase('split', (x) => tfc.mul(...(tfc.split(x, 2, 2) as [tfc.Tensor, tfc.Tensor])), x234),
  gradientCase('split by sizes', (x) => tfc.split(x, [1, 2], 1)[1]!, x234),
  gradientCase('tile', (x) => tfc.tile(x, [2, 1, 3]), x234),
  gradientCase(
    'broadcastTo',
    (x) => tfc.broadcastTo(x, [2, 3, 4]),
    () => [fixed([3, 1], 2)],
  ),
  gradientCase(
    'pad',
    (x) =>
      tfc.pad(
        x,
        [
          [1, 0],
          [0, 2],
          [1, 1],
        ],
        0.5,
      ),
    x234,
  ),
  gradientCase(
    'mirrorPad, reflect',
    (x) =>
      tfc.mirrorPad(
        x,
        [
          [1, 0],
          [1, 2],
          [0, 0],
        ],
        'reflect',
      ),
    x234,
  ),
  gradientCase('slice', (x) => tfc.slice(x, [0, 1, 1], [2, 2, 2]), x234),
  gradientCase(
    'slice 4-d',
    (x) => tfc.slice(x, [0, 1, 0, 1], [2, 1, 2, 1]),
    () => [fixed([2, 3, 2, 3], 2)],
  ),
  gradientCase('reverse', (x) => tfc.reverse(x, [0, 2]), x234),
  gradientCase(
    'spaceToBatchND',
    (x) =>
      tfc.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [1, 1],
        ],
      ),
    () => [fixed([1, 4, 2, 3], 2)],
  ),
  gradientCase(
    'batchToSpaceND',
    (x) =>
      tfc.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 0],
          [1, 0],
        ],
      ),
    () => [fixed([8, 2, 2, 3], 2)],
  ),
  gradientCase('gather 0', (x) => tfc.gather(x, indices([1, 0, 1, 1])), x234),
  gradientCase('gather 1', (x) => tfc.gather(x, indices([2, 0, 2]), 1), x234),
  gradientCase('gather last', (x) => tfc.gather(x, indices([3, 3, 1]), 2), x234),
  gradientCase('gather by a matrix', (x) => tfc.gather(x, tfc.tensor2d([1, 0, 1, 1], [2, 2], 'int32'), 0), x234),
  gradientCase('gather in batches', (x) => tfc.gather(x, tfc.tensor2d([1, 0, 2, 2], [2, 2], 'int32'), 1, 1), x234),
  gradientCase(
    'unsortedSegmentSum',
    (x) => tfc.unsortedSegmentSum(x, indices([2, 0, 2, 1, 0]), 4),
    () => [fixed([5, 3], 2)],
  ),
  gradientCase(
    'diagonal through masks',
    (x) => tfc.sum(tfc.mul(x, tfc.eye(4)), 1),
    () => [fixed([4, 4], 2)],
  ),
  gradientCase(
    'stridedSlice',
    (x) => tfc.stridedSlice(x, [0, 1], [4, 5], [2, 2]),
    () => [fixed([4, 5], 2)],
  ),
  gradientCase(
    'stridedSlice, backwards',
    (x) => tfc.stridedSlice(x, [3, 4], [0, 0], [-1, -2]),
    () => [fixed([4, 5], 2)],
  ),
  gradientCase(
    'gatherND',
    (x) => tfc.gatherND(x, tfc.tensor2d([0, 1, 2, 3, 0, 1], [3, 2], 'int32')),
    () => [fixed([3, 4, 2], 2)],
  ),
];

const values: readonly Case[] = [
  valueCase('mirrorPad, symmetric', () =>
    tfc.mirrorPad(
      fixed([3, 4], 2),
      [
        [2, 1],
        [0, 3],
      ],
      'symmetric',
    ),
  ),
  valueCase('oneHot of other values', () => tfc.oneHot(indices([0, 2, 1]), 3, 0.9, 0.05, 'float32')),
  valueCase('scatterND', () => tfc.scatterND(tfc.tensor2d([1, 3, 1], [3, 1], 'int32'), fixed([3, 2], 2), [4, 2])),
  valueCase('oneHot', () => [tfc.oneHot(indices([0, 2, 1]), 3), tfc.oneHot(tfc.tensor2d([1, 0], [2, 1], 'int32'), 2)]),
  valueCase('depthToSpace', () => tfc.depthToSpace(fixed([1, 2, 2, 8], 2) as tfc.Tensor4D, 2)),
  valueCase('eye, fill, range, linspace', () => [
    tfc.eye(3, 4),
    tfc.fill([2, 2], 3),
    tfc.range(5, 0, -2, 'int32'),
    tfc.linspace(0, 1, 5),
  ]),
  valueCase('zerosLike, onesLike', () => [tfc.zerosLike(fixed([2, 2])), tfc.onesLike(fixedIntegers([2, 2], 5))]),
];

export const shapeCases: readonly Case[] = [...gradients, ...values];
