/** Numbers of tensors on the host, and how they are compared. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Drawing } from '../random/index.js';

export const valuesOf = (tensor: Tensor): number[] => Array.from(tensor.dataSync());
export const allOf = (tensors: readonly Tensor[]): number[] => tensors.flatMap(valuesOf);

/** Normal numbers. -> shape */
export function normalTensor(draw: Drawing, shape: readonly number[], scale = 1): Tensor {
  const size = shape.reduce((product, one) => product * one, 1);
  return tfc.tensor(
    Float32Array.from({ length: size }, () => scale * draw.normal()),
    [...shape],
  ); // shape
}

/** Rows of length 1. -> [rows, width] */
export function unitTensor(draw: Drawing, [rows, width]: readonly [number, number]): Tensor {
  const raw = normalTensor(draw, [rows, width]); // [rows, width]
  return tfc.div(raw, tfc.norm(raw, 2, 1, true)); // [rows, width]
}

/** Where the numbers differ by more than the tolerance, in words; null where they agree. */
export function difference(
  a: readonly number[],
  b: readonly number[],
  tolerance: { readonly relative?: number; readonly absolute?: number } = {},
): string | null {
  const { relative = 1e-4, absolute = 1e-5 } = tolerance;
  if (a.length !== b.length) return `${a.length} numbers against ${b.length}`;
  const scale = Math.max(...a.map(Math.abs).filter(Number.isFinite), 0);
  const at = a.findIndex(
    (value, i) => !near(value, b[i]!, absolute + relative * Math.max(Math.abs(value), 1e-2 * scale)),
  );
  return at < 0 ? null : `number ${at + 1} of ${a.length} is ${short(a[at]!)} against ${short(b[at]!)}`;
}

const near = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance;

/** The first number that is NaN or infinite, in words; null where there is none. */
export function notFinite(values: readonly number[], what: string): string | null {
  const found = values.find((value) => !Number.isFinite(value));
  return found === undefined ? null : `${what} is ${found}`;
}

export const short = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value);
export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
