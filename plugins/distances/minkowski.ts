import type { Tensor } from '@tensorflow/tfjs-core';
import { Distance } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * [.., d], [.., d] -> [..], broadcast. The gaps are divided by the largest, m, before the power and multiplied by it
 * after the root: the value does not depend on m (so m is a constant of the gradient), and no power over- or underflows.
 */
function minkowskiGap(a: Tensor, b: Tensor, p: number): Tensor {
  const gap = ops.abs(ops.sub(a, b)); // [.., d]
  const largest = ops.constant(() => ops.max(gap, -1, true)); // [.., 1]
  const coincident = ops.mask(ops.equal(largest, 0)); // [.., 1]
  const ratio = ops.div(gap, ops.add(largest, coincident)); // [.., d], 0..1
  const powers = ops.sum(ops.pow(ratio, p), -1); // [..], 1 or more, or 0 where the points coincide
  const root = ops.pow(ops.add(powers, ops.squeeze(coincident, [-1])), 1 / p); // [..]
  return ops.mul(ops.squeeze(largest, [-1]), root); // [..]
}

/**
 * Minkowski distance: |a - b|_p = (sum_k |a_k - b_k|^p)^(1/p). p = 1 is manhattan, p = 2 euclidean.
 * Shapes: a [n, d], b [n, d] -> [n]; matrix [n, d], [m, d] -> [n, m] through [n, m, d].
 * Units: those of the embedding. Coincident points: 0, with gradient 0.
 * Errors: none of its own.
 */
export const minkowski = definePlugin(Distance, {
  name: 'minkowski',
  summary: 'Length of the difference in the p-norm.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      p: {
        type: 'number',
        minimum: 1,
        default: 3,
        description: 'Order of the norm; the larger, the more the largest gap counts.',
      },
    },
  },
  range: [0, Infinity],
  // below p = 2 the bound on unit vectors grows with their dimensions
  unitRange: ({ p }) => (p >= 2 ? [0, 2] : [0, Infinity]),
  metric: true,
  create: ({ p }) => ({
    between: (a, b) => minkowskiGap(a, b, p), // [n]
    matrix: (a, b) => minkowskiGap(ops.expandDims(a, 1), ops.expandDims(b, 0), p), // [n, m]
  }),
});
