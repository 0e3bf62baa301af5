import type { Tensor } from '@tensorflow/tfjs-core';
import { Distance } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/** [.., d], [.., d] -> [..], broadcast. Coordinates that tie share the gradient: tfjs would give all of it to each. */
function chebyshevGap(a: Tensor, b: Tensor): Tensor {
  const gap = ops.abs(ops.sub(a, b)); // [.., d]
  const largest = ops.constant(() => ops.max(gap, -1, true)); // [.., 1]
  const share = ops.constant(() => {
    const winners = ops.mask(ops.equal(gap, largest)); // [.., d]
    return ops.div(winners, ops.sum(winners, -1, true)); // [.., d]
  });
  return ops.sum(ops.mul(gap, share), -1); // [..]
}

/**
 * Chebyshev distance: |a - b|_inf = max_k |a_k - b_k|.
 * Shapes: a [n, d], b [n, d] -> [n]; matrix [n, d], [m, d] -> [n, m] through [n, m, d].
 * Units: those of the embedding. Coincident points: 0, with gradient 0.
 * Errors: none of its own.
 */
export const chebyshev = definePlugin(Distance, {
  name: 'chebyshev',
  summary: 'Largest absolute difference of a coordinate.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  range: [0, Infinity],
  unitRange: [0, 2],
  metric: true,
  create: () => ({
    between: chebyshevGap,
    matrix: (a, b) => chebyshevGap(ops.expandDims(a, 1), ops.expandDims(b, 0)), // [n, m]
  }),
});
