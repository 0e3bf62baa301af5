import * as tfc from '@tensorflow/tfjs-core';
import { type Case, fixed, gradientCase } from '../case.js';

type Pad = 'same' | 'valid' | number;
/** [input's height, width, channels], [filter's height, width, output channels or multiplier], stride, padding, dilation. */
type Row = readonly [
  input: readonly [number, number, number],
  filter: readonly [number, number, number],
  stride: number | [number, number],
  pad: Pad,
  dilation: number,
];

export const convolutionRows: readonly Row[] = [
  [[6, 5, 1], [3, 3, 4], 1, 'valid', 1],
  [[6, 5, 3], [3, 3, 2], 1, 'same', 1],
  [[7, 7, 2], [3, 3, 3], 2, 'same', 1],
  [[8, 7, 2], [3, 2, 3], 2, 'valid', 1],
  [[7, 8, 2], [2, 3, 1], [1, 2], 'same', 1],
  [[9, 9, 2], [3, 3, 2], 1, 'same', 2],
  [[9, 8, 2], [2, 3, 2], 1, 'valid', 3],
  [[5, 5, 3], [1, 1, 4], 1, 'valid', 1],
  [[5, 5, 3], [1, 1, 4], 2, 'same', 1],
  [[5, 6, 2], [3, 3, 2], 1, 1, 1],
  [[7, 7, 1], [5, 5, 2], 3, 'same', 1],
  [[4, 4, 2], [4, 4, 3], 1, 'valid', 1],
];
const label = ([input, filter, stride, pad, dilation]: Row): string =>
  `${input.join('x')} by ${filter.join('x')}, stride ${stride}, ${pad}, dilation ${dilation}`;
const stridesOf = (stride: number | [number, number]): [number, number] =>
  typeof stride === 'number' ? [stride, stride] : stride;

const conv2d = (row: Row): Case => {
  const [input, [height, width, depth], stride, pad, dilation] = row;
  return gradientCase(
    `conv2d ${label(row)}`,
    (x, w) => tfc.conv2d(x as tfc.Tensor4D, w as tfc.Tensor4D, stridesOf(stride), pad, 'NHWC', dilation), // [2, .., .., depth]
    () => [fixed([2, ...input], 1), fixed([height, width, input[2], depth], 2)],
  );
};
const depthwise = (row: Row): Case => {
  const [input, [height, width, multiplier], stride, pad, dilation] = row;
  return gradientCase(
    `depthwiseConv2d ${label(row)}`,
    (x, w) => tfc.depthwiseConv2d(x as tfc.Tensor4D, w as tfc.Tensor4D, stridesOf(stride), pad, 'NHWC', dilation), // [2, .., .., ..]
    () => [fixed([2, ...input], 1), fixed([height, width, input[2], multiplier], 2)],
  );
};
/** tfjs: a depthwise stride is the same both ways, and its gradient knows no dilation. */
const depthwiseRows = convolutionRows.filter(
  ([, , stride, , dilation]) => typeof stride === 'number' && dilation === 1,
);
/** A stride with dilation is refused by tfjs, and its own convolution gradient knows no dilation either. */
const conv2dRows = convolutionRows.filter(([, , , , dilation]) => dilation === 1);

export const convolutionCases: readonly Case[] = [
  ...conv2dRows.map(conv2d),
  ...depthwiseRows.map(depthwise),
  gradientCase(
    'conv2d, one image',
    (x, w) => tfc.conv2d(x as tfc.Tensor3D, w as tfc.Tensor4D, 1, 'same'),
    () => [fixed([5, 5, 2], 1), fixed([3, 3, 2, 3], 2)],
  ),
  gradientCase(
    'conv1d',
    (x, w) => tfc.conv1d(x as tfc.Tensor3D, w as tfc.Tensor3D, 2, 'same'),
    () => [fixed([2, 9, 3], 1), fixed([3, 3, 4], 2)],
  ),
  gradientCase(
    'conv1d, valid',
    (x, w) => tfc.conv1d(x as tfc.Tensor3D, w as tfc.Tensor3D, 1, 'valid'),
    () => [fixed([2, 9, 3], 1), fixed([4, 3, 2], 2)],
  ),
  gradientCase(
    'conv2dTranspose',
    (x, w) => tfc.conv2dTranspose(x as tfc.Tensor4D, w as tfc.Tensor4D, [2, 6, 6, 3], 2, 'same'),
    () => [fixed([2, 3, 3, 2], 1), fixed([3, 3, 3, 2], 2)],
  ),
  gradientCase(
    'separableConv2d',
    (x, d, p) => tfc.separableConv2d(x as tfc.Tensor4D, d as tfc.Tensor4D, p as tfc.Tensor4D, 1, 'same'),
    () => [fixed([2, 5, 5, 2], 1), fixed([3, 3, 2, 2], 2), fixed([1, 1, 4, 3], 3)],
  ),
  gradientCase(
    'fused conv2d',
    (x, filter, bias) =>
      tfc.fused.conv2d({
        x: x as tfc.Tensor4D,
        filter: filter as tfc.Tensor4D,
        bias,
        strides: 1,
        pad: 'same',
        activation: 'relu',
      }),
    () => [fixed([2, 5, 5, 2], 1), fixed([3, 3, 2, 3], 2), fixed([3], 3)],
  ),
];
