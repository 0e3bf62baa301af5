import { Distance } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Euclidean distance: |a - b|_2 = sqrt(sum_k (a_k - b_k)^2).
 * Shapes: a [n, d], b [n, d] -> [n]; matrix [n, d], [m, d] -> [n, m].
 * Units: those of the embedding. Coincident points: 0, with gradient 0 (the derivative of the root has no value there).
 * Errors: none of its own.
 */
export const euclidean = definePlugin(Distance, {
  name: 'euclidean',
  summary: 'Length of the difference of two embeddings.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  range: [0, Infinity],
  unitRange: [0, 2],
  metric: true,
  euclidean: 'root',
  create: () => ({
    between: (a, b) => ops.safeSqrt(ops.sum(ops.square(ops.sub(a, b)), -1)), // [n]
    matrix: (a, b) => ops.safeSqrt(ops.squaredDistances(a, b)), // [n, m]
  }),
});
