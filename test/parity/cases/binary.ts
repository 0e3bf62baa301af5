import * as tfc from '@tensorflow/tfjs-core';
import { type Case, distinct, fixed, fixedIntegers, gradientCase, valueCase } from '../case.js';

type Binary = (a: tfc.Tensor, b: tfc.Tensor) => tfc.Tensor;

const arithmetic: readonly (readonly [string, Binary])[] = [
  ['add', tfc.add],
  ['sub', tfc.sub],
  ['mul', tfc.mul],
  ['div', tfc.div],
  ['maximum', tfc.maximum],
  ['minimum', tfc.minimum],
  ['squaredDifference', tfc.squaredDifference],
  ['atan2', tfc.atan2],
  ['mod', tfc.mod],
  ['pow', tfc.pow],
];
/** Never equal, nor is one a multiple of the other: two series of tenths apart. */
function operands(a: readonly number[], b: readonly number[]): readonly tfc.Tensor[] {
  const tenths = tfc.cast(fixedIntegers(a, 17, 5), 'float32'); // a
  const halves = tfc.cast(fixedIntegers(b, 9, 6), 'float32'); // b
  return [tfc.add(tfc.mul(tenths, 0.1), 0.32), tfc.add(tfc.mul(halves, 0.1), 0.65)]; // a, b
}
const shapes: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['same', [3, 4], [3, 4]],
  ['row', [3, 4], [4]],
  ['outer', [3, 1], [1, 4]],
  ['scalar', [2, 3, 2], []],
  ['rank 4', [2, 3, 2, 2], [3, 1, 2]],
];
const comparisons: readonly (readonly [string, Binary])[] = [
  ['equal', tfc.equal],
  ['notEqual', tfc.notEqual],
  ['greater', tfc.greater],
  ['greaterEqual', tfc.greaterEqual],
  ['less', tfc.less],
  ['lessEqual', tfc.lessEqual],
];
const logical: readonly (readonly [string, Binary])[] = [
  ['logicalAnd', tfc.logicalAnd],
  ['logicalOr', tfc.logicalOr],
];
/** A mask of the weights themselves, as a hinge written by hand has it. */
const masks: readonly (readonly [string, (x: tfc.Tensor) => tfc.Tensor])[] = [
  ['greater', (x) => tfc.mul(x, tfc.cast(tfc.greater(x, 0.2), 'float32'))],
  ['less and not', (x) => tfc.mul(x, tfc.cast(tfc.logicalNot(tfc.less(x, 0.2)), 'float32'))],
  ['and', (x) => tfc.mul(x, tfc.cast(tfc.logicalAnd(tfc.greater(x, -0.2), tfc.less(x, 0.4)), 'float32'))],
  ['where', (x) => tfc.where(tfc.greaterEqual(x, 0), tfc.square(x), tfc.neg(x))],
];
/** Ops that stay whole on int32. */
const whole: readonly (readonly [string, Binary])[] = [
  ...arithmetic.filter(([name]) => !['div', 'atan2'].includes(name)),
  ['floorDiv', tfc.floorDiv],
];

export const binaryCases: readonly Case[] = [
  ...arithmetic.flatMap(([name, op]) =>
    shapes.map(([form, a, b]) => gradientCase(`${name}, ${form}`, op, () => operands(a, b))),
  ),
  gradientCase(
    'prelu',
    (x, alpha) => tfc.prelu(x, alpha),
    () => [fixed([3, 4], 7), fixed([4], 8)],
  ),
  gradientCase(
    'addN',
    (a, b, c) => tfc.addN([a, b, c]),
    () => [fixed([2, 3], 1), fixed([2, 3], 2), fixed([2, 3], 3)],
  ),
  gradientCase(
    'where',
    (a, b) => tfc.where(tfc.tensor2d([1, 0, 0, 1, 1, 0], [2, 3], 'bool'), a, b),
    () => [fixed([2, 3], 1), fixed([2, 3], 2)],
  ),
  gradientCase(
    'where, broadcast',
    (a, b) => tfc.where(tfc.tensor2d([1, 0], [2, 1], 'bool'), a, b),
    () => [fixed([2, 3], 1), fixed([3], 2)],
  ),
  ...masks.map(([name, op]) => gradientCase(`a product with a mask by ${name}`, op, () => [distinct([3, 4], 3)])),
  ...comparisons.map(([name, op]) =>
    valueCase(name, () => [
      op(fixedIntegers([3, 4], 3, 1), fixedIntegers([4], 3, 2)),
      op(tfc.cast(fixedIntegers([3, 4], 3, 1), 'float32'), tfc.scalar(1)),
    ]),
  ),
  ...logical.map(([name, op]) =>
    valueCase(name, () =>
      op(tfc.tensor1d([true, true, false, false], 'bool'), tfc.tensor1d([true, false, true, false], 'bool')),
    ),
  ),
  valueCase('logicalNot', () => tfc.logicalNot(tfc.tensor1d([true, false], 'bool'))),
  ...whole.map(([name, op]) =>
    valueCase(`${name} of int32`, () =>
      op(fixedIntegers([3, 4], 9, 1), tfc.add(fixedIntegers([4], 4, 2), tfc.scalar(1, 'int32'))),
    ),
  ),
  valueCase('div of int32', () =>
    tfc.div(fixedIntegers([3, 4], 9, 1), tfc.add(fixedIntegers([4], 4, 2), tfc.scalar(1, 'int32'))),
  ),
  valueCase('where of int32', () =>
    tfc.where(tfc.tensor1d([true, false], 'bool'), tfc.tensor1d([1, 2], 'int32'), tfc.tensor1d([3, 4], 'int32')),
  ),
];
