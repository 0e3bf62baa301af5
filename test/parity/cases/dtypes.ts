import * as tfc from '@tensorflow/tfjs-core';
import { type Case, fixedIntegers, valueCase } from '../case.js';

const indices = (values: number[]): tfc.Tensor1D => tfc.tensor1d(values, 'int32'); // [values]

/** Movements of whole numbers and of bools, which stay what they are. */
export const dtypeCases: readonly Case[] = [
  valueCase('movements of int32', () => {
    const x = fixedIntegers([2, 3, 4], 9); // [2, 3, 4]
    return [
      tfc.transpose(x, [2, 0, 1]),
      tfc.concat([x, x], 1),
      tfc.tile(x, [1, 2, 1]),
      tfc.slice(x, [0, 1, 0], [2, 2, 3]),
      tfc.reverse(x, 2),
      tfc.gather(x, indices([1, 1, 0]), 1),
      tfc.pad(
        x,
        [
          [0, 1],
          [1, 0],
          [0, 0],
        ],
        7,
      ),
      tfc.stack([x, x], 0),
      tfc.stridedSlice(x, [0, 0, 0], [2, 3, 4], [1, 2, 2]),
      tfc.unsortedSegmentSum(x, indices([1, 1]), 3),
      tfc.broadcastTo(tfc.slice(x, [0, 0, 0], [1, 3, 1]), [2, 3, 4]),
    ];
  }),
  valueCase('more movements of int32', () => {
    const x = fixedIntegers([2, 4, 4], 9); // [2, 4, 4]
    return [
      tfc.mirrorPad(
        x,
        [
          [0, 0],
          [1, 1],
          [2, 0],
        ],
        'reflect',
      ),
      tfc.spaceToBatchND(
        tfc.reshape(x, [2, 4, 4, 1]),
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
      ...tfc.split(x, 2, 1),
      ...tfc.unstack(x, 0),
      tfc.gatherND(x, tfc.tensor2d([0, 1, 1, 3], [2, 2], 'int32')),
      tfc.scatterND(tfc.tensor2d([1, 3], [2, 1], 'int32'), tfc.tensor1d([5, 6], 'int32'), [5]),
      tfc.expandDims(x, 2),
      tfc.zerosLike(x),
      tfc.stridedSlice(tfc.add(x, tfc.scalar(2 ** 28 + 1, 'int32')), [0, 0, 0], [2, 4, 4], [1, 2, 2]),
    ];
  }),
  valueCase('movements of bool', () => {
    const x = tfc.tensor2d([1, 0, 0, 1, 1, 0], [2, 3], 'bool'); // [2, 3]
    return [
      tfc.transpose(x),
      tfc.concat([x, x], 0),
      tfc.tile(x, [2, 1]),
      tfc.slice(x, [0, 1], [2, 2]),
      tfc.gather(x, indices([1, 0, 1]), 1),
      tfc.reshape(x, [3, 2]),
      tfc.where(x, x, tfc.logicalNot(x)),
      tfc.oneHot(indices([0, 2]), 3, 1, 0, 'bool'),
      tfc.stridedSlice(x, [0, 2], [2, 0], [1, -1]),
      tfc.stack([x, x], 0),
      tfc.reverse(x, 1),
      tfc.pad(x, [
        [0, 0],
        [1, 0],
      ]),
      ...tfc.split(x, 3, 1),
    ];
  }),
];
