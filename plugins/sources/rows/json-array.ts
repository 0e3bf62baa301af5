import type { Shape } from '../../../core/contract/index.js';
import { LARGEST } from './float32.js';

const DEEPEST = 3;

/** Shape of a nested array of numbers, or null for anything else: ragged, empty, deeper than three, not all numbers. */
export function shapeOf(value: unknown, depth = 0): Shape | null {
  if (typeof value === 'number') return [];
  if (!Array.isArray(value) || value.length === 0 || depth === DEEPEST) return null;
  const inner = shapeOf(value[0], depth + 1);
  if (inner === null || value.some((one) => shapeText(shapeOf(one, depth + 1)) !== shapeText(inner))) return null;
  return [value.length, ...inner];
}

export const shapeText = (shape: Shape | null): string => (shape === null ? 'none' : `[${shape.join(', ')}]`);

/** Writes a nested array from `at` on. false: it has another shape, or values that float32 cannot hold. */
export function copyArray(
  value: unknown,
  shape: Shape,
  to: { readonly store: Float32Array; readonly at: number },
): boolean {
  const [length, ...inner] = shape;
  if (!Array.isArray(value) || value.length !== length) return false;
  if (inner.length === 0) return copyNumbers(value, to);
  const width = inner.reduce((product, size) => product * size, 1);
  return value.every((one, i) => copyArray(one, inner, { store: to.store, at: to.at + i * width }));
}

function copyNumbers(
  values: readonly unknown[],
  { store, at }: { readonly store: Float32Array; readonly at: number },
): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number' || !(Math.abs(value) <= LARGEST)) return false;
    store[at + i] = value;
  }
  return true;
}
