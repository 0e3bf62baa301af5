import * as tfc from '@tensorflow/tfjs-core';
import { type Case, fixed, gradientCase, valueCase } from '../case.js';

/** Sizes of a 2-d convolution: input [height, width, channels], filter [height, width, output channels or multiplier]. */
export interface Convolution {
  readonly input: readonly [number, number, number];
  readonly filter: readonly [number, number, number];
  readonly stride?: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dilation?: number;
}

const sizes: readonly Convolution[] = [
  { input: [6, 5, 1], filter: [3, 3, 4], pad: 'valid' },
  { input: [6, 5, 3], filter: [3, 3, 2], pad: 'same' },
  { input: [7, 7, 2], filter: [3, 3, 3], stride: 2, pad: 'same' },
  { input: [8, 7, 2], filter: [3, 2, 3], stride: 2, pad: 'valid' },
  { input: [5, 5, 3], filter: [1, 1, 4], pad: 'valid' },
  { input: [5, 5, 3], filter: [1, 1, 4], stride: 2, pad: 'same' },
  { input: [7, 7, 1], filter: [5, 5, 2], stride: 3, pad: 'same' },
  { input: [4, 4, 2], filter: [4, 4, 3], pad: 'valid' },
  { input: [6, 6, 17], filter: [3, 3, 21], pad: 'same' },
  { input: [9, 9, 2], filter: [3, 3, 2], pad: 'same', dilation: 2 },
  { input: [9, 8, 2], filter: [2, 3, 2], pad: 'valid', dilation: 3 },
];
/** tfjs has it for convolutions that are not depthwise alone. */
const unevenStride: Convolution = { input: [7, 8, 2], filter: [2, 3, 1], stride: [1, 2], pad: 'same' };

const label = ({ input, filter, stride = 1, pad, dilation = 1 }: Convolution): string =>
  `${input.join('x')} by ${filter.join('x')}, stride ${stride}, ${pad}, dilation ${dilation}`;

type Run = typeof tfc.conv2d | typeof tfc.depthwiseConv2d;

/** tfjs has no gradient of dilated convolutions: of those, the values. */
function convolutionCase(name: string, run: Run, convolution: Convolution): Case {
  const { stride = 1, pad, dilation = 1 } = convolution;
  const op = (...[x, filter]: readonly tfc.Tensor[]): tfc.Tensor =>
    run(x as tfc.Tensor4D, filter as tfc.Tensor4D, stride, pad, 'NHWC', dilation); // [2, .., .., ..]
  const inputs = (): tfc.Tensor[] => operands(convolution);
  const title = `${name} ${label(convolution)}`;
  return dilation === 1 ? gradientCase(title, op, inputs) : valueCase(title, () => op(...inputs()));
}

function operands({ input, filter }: Convolution): tfc.Tensor[] {
  const [height, width, last] = filter;
  return [fixed([2, ...input], 1), fixed([height, width, input[2], last], 2)]; // [2, h, w, c], [kh, kw, c, last]
}

export const conv2dCase = (convolution: Convolution): Case => convolutionCase('conv2d', tfc.conv2d, convolution);
export const depthwiseCase = (convolution: Convolution): Case =>
  convolutionCase('depthwiseConv2d', tfc.depthwiseConv2d, convolution);

export const convolutionCases: readonly Case[] = [
  ...[...sizes, unevenStride].map(conv2dCase),
  ...sizes.map(depthwiseCase),
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
