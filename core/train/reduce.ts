import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Term } from '../contract/index.js';
import { greater, mask } from '../engine/ops.js';

/**
 * Value of one term: sum(values * weights) / sum(weights), and 0, with gradient 0, where nothing has weight. Without
 * weights: the plain mean, 0 of no values.
 * Shapes: values [..], weights broadcast to it, 0 or more -> []
 */
export function reduceTerm({ values, weights }: Term): Tensor {
  if (values.size === 0) return tfc.scalar(0); // []; tfjs-wasm sums no values to whatever stands in its memory
  if (weights === undefined) return tfc.mean(values); // []
  const each = sameShape(weights, values) ? weights : tfc.mul(weights, tfc.onesLike(values)); // [..]
  const total = tfc.sum(each); // []
  const some = mask(greater(total, 0)); // []
  const divisor = tfc.add(tfc.mul(total, some), tfc.sub(1, some)); // [], 1 where nothing has weight: 0 / 0 is NaN
  return tfc.div(tfc.sum(tfc.mul(values, each)), divisor); // []
}

/** A loss is the sum of its terms. -> [] */
export function total(terms: readonly Term[]): Tensor {
  if (terms.length === 0) throw new Error('a loss returned no terms: it must return at least one');
  const values = terms.map(reduceTerm); // [] each
  return values.length === 1 ? values[0]! : tfc.addN(values); // []
}

const sameShape = (a: Tensor, b: Tensor): boolean => tfc.util.arraysEqual(a.shape, b.shape);
