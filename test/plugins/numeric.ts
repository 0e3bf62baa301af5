import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { statelessUniform } from '../../core/random/index.js';

export type Vector = readonly number[];
export type Matrix = readonly Vector[];

/** Numbers that float32 holds exactly, uniform on [low, high): what float64 and float32 compute from them can be compared. */
export function drawn(size: number, seed: number, [low, high]: readonly [number, number] = [-1, 1]): number[] {
  return Array.from(statelessUniform(size, [seed, 7]), (value) => Math.fround(low + value * (high - low)));
}

export function drawnRows(rows: number, columns: number, seed: number): number[][] {
  const values = drawn(rows * columns, seed);
  return Array.from({ length: rows }, (_, i) => values.slice(i * columns, (i + 1) * columns));
}

/** Gradient of a float64 function by central differences: exact to about 1e-9, where it is smooth. */
export function numericGradient(of: (x: Vector) => number, at: Vector, h = 1e-5): number[] {
  return at.map((value, i) => (of(at.with(i, value + h)) - of(at.with(i, value - h))) / (2 * h));
}

/** Gradient of sum(of(...inputs)) by every input, as tfjs finds it. */
export function gradientsOf(of: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): number[][] {
  const found = tfc.grads((...given: Tensor[]) => tfc.sum(of(...given)))([...inputs]); // each its input's shape
  return found.map((gradient) => Array.from(gradient.dataSync()));
}

/** Each number within `tolerance`, relative to max(1, |expected|). */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
    expect(error, `[${i}]: ${actual[i]}, expected ${expected[i]}`).toBeLessThanOrEqual(tolerance);
  }
}

export const matrix = (rows: Matrix): Tensor => tfc.tensor2d(rows as number[][]); // [rows, columns]
export const vector = (values: Vector): Tensor => tfc.tensor1d(values as number[]); // [values]
