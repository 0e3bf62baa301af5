import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { fail } from '../problem/index.js';

/**
 * What a plugin's function returned, if it is a tensor of the shape that its contract says: nothing is, where a `return` was
 * forgotten. Errors: PLUGIN_FAILED.
 */
export function shaped(result: Tensor | null | undefined, expected: readonly number[], what: string): Tensor {
  const must = `it must return a tensor of the shape [${expected}]`;
  if (result === undefined || result === null) return fail('PLUGIN_FAILED', `${what} returned nothing, ${must}`);
  if (!(result instanceof tfc.Tensor)) return fail('PLUGIN_FAILED', `${what} returned no tensor, ${must}`);
  const { shape } = result as Tensor;
  if (shape.length === expected.length && shape.every((size, i) => size === expected[i])) return result;
  return fail('PLUGIN_FAILED', `${what} returned the shape [${shape}], it must return [${expected}]`);
}
