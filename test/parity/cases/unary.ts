import * as tfc from '@tensorflow/tfjs-core';
import { type Case, fixed, fixedIntegers, gradientCase, valueCase } from '../case.js';

type Unary = (x: tfc.Tensor) => tfc.Tensor;
type Row = readonly [name: string, op: Unary, low: number, high: number];

const rows: readonly Row[] = [
  ['abs', tfc.abs, -2, 2],
  ['acos', tfc.acos, -0.9, 0.9],
  ['acosh', tfc.acosh, 1.2, 4],
  ['asin', tfc.asin, -0.9, 0.9],
  ['asinh', tfc.asinh, -2, 2],
  ['atan', tfc.atan, -2, 2],
  ['atanh', tfc.atanh, -0.9, 0.9],
  ['ceil', tfc.ceil, -3, 3],
  ['clipByValue', (x) => tfc.clipByValue(x, -0.5, 0.7), -1, 1],
  ['cos', tfc.cos, -4, 4],
  ['cosh', tfc.cosh, -2, 2],
  ['elu', tfc.elu, -3, 3],
  ['erf', tfc.erf, -2, 2],
  ['exp', tfc.exp, -3, 3],
  ['expm1', tfc.expm1, -1, 1],
  ['floor', tfc.floor, -3, 3],
  ['leakyRelu', (x) => tfc.leakyRelu(x, 0.3), -3, 3],
  ['log', tfc.log, 0.1, 3],
  ['log1p', tfc.log1p, -0.9, 3],
  ['logSigmoid', tfc.logSigmoid, -5, 5],
  ['neg', tfc.neg, -3, 3],
  ['reciprocal', tfc.reciprocal, 0.3, 3],
  ['relu', tfc.relu, -3, 3],
  ['relu6', tfc.relu6, -3, 9],
  ['round', tfc.round, -3, 3],
  ['rsqrt', tfc.rsqrt, 0.2, 3],
  ['selu', tfc.selu, -3, 3],
  ['sigmoid', tfc.sigmoid, -8, 8],
  ['sign', tfc.sign, -3, 3],
  ['sin', tfc.sin, -4, 4],
  ['sinh', tfc.sinh, -2, 2],
  ['softplus', tfc.softplus, -20, 20],
  ['sqrt', tfc.sqrt, 0.1, 3],
  ['square', tfc.square, -3, 3],
  ['step', (x) => tfc.step(x, 0.2), -3, 3],
  ['tan', tfc.tan, -1, 1],
  ['tanh', tfc.tanh, -4, 4],
];

/** softplus, sigmoid and their like must neither overflow nor lose what is left far from 0. */
const far = (): tfc.Tensor => tfc.tensor1d([-90, -40, -15, 15, 40, 85]); // [6]

export const unaryCases: readonly Case[] = [
  ...rows.map(([name, op, low, high]) => gradientCase(name, op, () => [fixed([3, 5, 2], 3, low, high)])),
  ...[tfc.softplus, tfc.sigmoid, tfc.logSigmoid, tfc.tanh, tfc.elu, tfc.selu].map((op) =>
    gradientCase(`${op.name} far from 0`, op, () => [far()]),
  ),
  gradientCase(
    'acos clipped',
    (x) => tfc.acos(tfc.clipByValue(x, -1 + 1e-6, 1 - 1e-6)),
    () => [tfc.tensor1d([-1.5, -0.3, 0.4, 1.2])],
  ),
  gradientCase(
    'clone',
    (x) => tfc.clone(x),
    () => [fixed([4])],
  ),
  ...(['int32', 'bool', 'float32'] as const).map((dtype) =>
    valueCase(`cast to ${dtype}`, () => [
      tfc.cast(tfc.tensor1d([-2.7, -0.4, 0, 0.4, 2.7]), dtype),
      tfc.cast(tfc.tensor1d([-2, 0, 3], 'int32'), dtype),
      tfc.cast(tfc.tensor1d([true, false], 'bool'), dtype),
    ]),
  ),
  valueCase('functions of int32', () => {
    const x = tfc.sub(fixedIntegers([2, 6], 9), 4); // [2, 6]
    return [tfc.abs(x), tfc.neg(x), tfc.square(x), tfc.relu(x), tfc.sign(tfc.cast(x, 'float32')), tfc.sqrt(tfc.abs(x))];
  }),
  valueCase('clipByValue of int32', () => tfc.clipByValue(tfc.sub(fixedIntegers([2, 6], 9), 4), -2, 3)),
  valueCase('isNaN, isInf, isFinite', () => {
    const x = tfc.tensor1d([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 5]); // [5]
    return [tfc.isNaN(x), tfc.isInf(x), tfc.isFinite(x)];
  }),
];
