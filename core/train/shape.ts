import type { Tensor } from '@tensorflow/tfjs-core';
import { fail } from '../problem/index.js';

/** What a plugin's function returned, if it has the shape that its contract says. Errors: PLUGIN_FAILED. */
export function shaped(result: Tensor, expected: readonly number[], what: string): Tensor {
  const { shape } = result;
  if (shape.length === expected.length && shape.every((size, i) => size === expected[i])) return result;
  return fail('PLUGIN_FAILED', `${what} returned the shape [${shape}], it must return [${expected}]`);
}
