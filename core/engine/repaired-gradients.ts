/**
 * Gradients that tfjs-core has wrong, or has not although they are zero, on every engine alike. Laid over its table.
 */

import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // on Node loading it registers tfjs-core's gradients, over which these are laid
import { missingGradients } from './missing-gradients.js';

let repaired = false;

/** Lays the gradients over tfjs-core's. Doing it again changes nothing. */
export function repairGradients(): void {
  if (repaired) return;
  repaired = true;
  for (const name of broadcasting) tfc.registerGradient(summedBack(tfc.getGradient(name)));
  for (const [name, inputs] of Object.entries(flat)) tfc.registerGradient(zero(name, inputs));
  for (const gradient of [cumsum, tile, countedAxes(tfc.getGradient(tfc.Prod)), ...missingGradients])
    tfc.registerGradient(gradient);
}

/** tfjs-core forgets to sum over the axes along which an input of these was repeated, and throws. */
const broadcasting = [tfc.Maximum, tfc.Minimum, tfc.SquaredDifference, tfc.BatchMatMul];

function summedBack(before: GradConfig): GradConfig {
  return {
    ...before,
    gradFunc: (dy, saved, attributes) => {
      const gradients = before.gradFunc(dy, saved, attributes);
      const back = (name: 'a' | 'b', at: number) => (): Tensor => likeInput(gradients[name]!(), saved[at]!.shape);
      return { a: back('a', 0), b: back('b', 1) };
    },
  };
}

/** Sums a gradient over the axes along which its input was repeated. -> shape */
function likeInput(gradient: Tensor, shape: number[]): Tensor {
  const axes = tfc.broadcast_util.getReductionAxes(shape, gradient.shape);
  return axes.length === 0 ? gradient : tfc.reshape(tfc.sum(gradient, axes), shape); // shape
}

/** Steps of their inputs: constant but for jumps. tfjs-core throws where a mask is on the way from a weight. */
const flat: Readonly<Record<string, readonly string[]>> = {
  [tfc.Equal]: ['a', 'b'],
  [tfc.NotEqual]: ['a', 'b'],
  [tfc.Greater]: ['a', 'b'],
  [tfc.GreaterEqual]: ['a', 'b'],
  [tfc.Less]: ['a', 'b'],
  [tfc.LessEqual]: ['a', 'b'],
  [tfc.LogicalAnd]: ['a', 'b'],
  [tfc.LogicalOr]: ['a', 'b'],
  [tfc.LogicalNot]: ['x'],
  [tfc.All]: ['x'],
  [tfc.Any]: ['x'],
};

function zero(kernelName: string, inputs: readonly string[]): GradConfig {
  return {
    kernelName,
    inputsToSave: [...inputs],
    gradFunc: (_, saved) => Object.fromEntries(inputs.map((name, at) => [name, () => tfc.zeros(saved[at]!.shape)])), // each: its input's shape
  };
}

type Attributes<T> = NamedAttrMap & T;

/** The sums taken the other way round; tfjs-core then permutes the axes once too often. */
const cumsum: GradConfig = {
  kernelName: tfc.Cumsum,
  gradFunc: (dy, _, attributes) => {
    const { axis, exclusive, reverse } = attributes as Attributes<tfc.CumsumAttrs>;
    return { x: () => tfc.cumsum(dy as Tensor, axis, exclusive, !reverse) }; // x's shape
  },
};

/**
 * The sum of the repetitions, one axis after another. tfjs-core cuts them out one by one: thousands of operations where a
 * layer normalisation repeats a mean.
 */
const tile: GradConfig = {
  kernelName: tfc.Tile,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => {
    const { reps } = attributes as Attributes<tfc.TileAttrs>;
    return { x: () => x!.shape.reduce((sum, _, axis) => summedOver(sum, reps[axis]!, axis), dy as Tensor) }; // x's shape
  },
};

/** [.., times * n, ..] -> [.., n, ..] */
function summedOver(gradient: Tensor, times: number, axis: number): Tensor {
  if (times === 1) return gradient;
  const { shape } = gradient;
  const outer = tfc.util.sizeFromShape(shape.slice(0, axis));
  const parts = tfc.reshape(gradient, [outer, times, gradient.size / outer / times]); // [outer, times, inner]
  return tfc.reshape(tfc.sum(parts, 1), [...shape.slice(0, axis), shape[axis]! / times, ...shape.slice(axis + 1)]); // [.., n, ..]
}

/** tfjs-core takes the product's axis as it was written: a negative one ends in an error. */
function countedAxes(before: GradConfig): GradConfig {
  return {
    ...before,
    gradFunc: (dy, saved, attributes) => {
      const { axis } = attributes as Attributes<tfc.ProdAttrs>;
      const axes = tfc.util.parseAxisParam(axis, saved[0]!.shape);
      return before.gradFunc(dy, saved, { ...attributes, axis: axes });
    },
  };
}
