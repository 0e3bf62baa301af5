import * as tfc from '@tensorflow/tfjs-core';
import { type Case, fixed, gradientCase } from '../case.js';

const transposes = [false, true].flatMap((a) => [false, true].map((b) => [a, b] as const));
const flip = (shape: number[], yes: boolean): number[] =>
  yes ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape;

/** Equations of attention, bilinear forms, outer products, diagonals' neighbours and sums over several axes. */
const equations: readonly (readonly [string, ...(readonly number[])[]])[] = [
  ['ij,jk->ik', [3, 4], [4, 5]],
  ['ij,kj->ik', [3, 4], [5, 4]],
  ['bij,bjk->bik', [2, 3, 4], [2, 4, 5]],
  ['bqhd,bkhd->bhqk', [2, 3, 2, 4], [2, 5, 2, 4]],
  ['i,j->ij', [3], [4]],
  ['ij,ij->', [3, 4], [3, 4]],
  ['ij,ij->i', [3, 4], [3, 4]],
  ['ij->ji', [3, 4]],
  ['ijk->ik', [2, 3, 4]],
  ['ij->', [3, 4]],
  ['abc,cd->dab', [2, 3, 4], [4, 5]],
  ['ij,j->i', [3, 4], [4]],
  ['ij,ij->ij', [3, 4], [3, 4]],
  ['ik,jk->ij', [3, 4], [5, 4]],
  ['ij,k->k', [3, 4], [5]],
];

export const productCases: readonly Case[] = [
  ...transposes.map(([a, b]) =>
    gradientCase(
      `matMul, transposed ${a} ${b}`,
      (x, y) => tfc.matMul(x, y, a, b),
      () => [fixed(flip([5, 7], a), 1), fixed(flip([7, 3], b), 2)],
    ),
  ),
  ...transposes.map(([a, b]) =>
    gradientCase(
      `batched matMul, transposed ${a} ${b}`,
      (x, y) => tfc.matMul(x, y, a, b),
      () => [fixed(flip([3, 5, 4], a), 1), fixed(flip([3, 4, 6], b), 2)],
    ),
  ),
  gradientCase(
    'matMul, one right side',
    (x, y) => tfc.matMul(x, y),
    () => [fixed([3, 5, 4], 1), fixed([1, 4, 6], 2)],
  ),
  gradientCase(
    'matMul, one left side',
    (x, y) => tfc.matMul(x, y),
    () => [fixed([1, 5, 4], 1), fixed([3, 4, 6], 2)],
  ),
  gradientCase(
    'matMul 4-d',
    (x, y) => tfc.matMul(x, y, false, true),
    () => [fixed([2, 2, 3, 4], 1), fixed([2, 2, 5, 4], 2)],
  ),
  gradientCase(
    'dot',
    (x, y) => tfc.dot(x, y),
    () => [fixed([3, 4], 1), fixed([4], 2)],
  ),
  gradientCase(
    'outerProduct',
    (x, y) => tfc.outerProduct(x as tfc.Tensor1D, y as tfc.Tensor1D),
    () => [fixed([3], 1), fixed([4], 2)],
  ),
  gradientCase(
    'fused matMul',
    (a, b, bias) => tfc.fused.matMul({ a, b, bias, activation: 'relu' }),
    () => [fixed([4, 3], 1), fixed([3, 5], 2), fixed([5], 3)],
  ),
  ...equations.map(([equation, ...shapes]) =>
    gradientCase(
      `einsum ${equation}`,
      (...operands) => tfc.einsum(equation, ...operands),
      () => shapes.map((shape, at) => fixed(shape, at + 1)),
    ),
  ),
];
