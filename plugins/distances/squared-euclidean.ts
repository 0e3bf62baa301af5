import { Distance } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Squared euclidean distance: |a - b|_2^2 = sum_k (a_k - b_k)^2. On unit vectors it is 2 (1 - cos). The triangle
 * inequality does not hold.
 * Shapes: a [n, d], b [n, d] -> [n]; matrix [n, d], [m, d] -> [n, m].
 * Units: those of the embedding, squared; margins too.
 * Errors: none of its own.
 */
export const squaredEuclidean = definePlugin(Distance, {
  name: 'squared-euclidean',
  summary: 'Squared length of the difference of two embeddings.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  range: [0, Infinity],
  unitRange: [0, 4],
  euclidean: 'square',
  create: () => ({
    between: (a, b) => ops.sum(ops.square(ops.sub(a, b)), -1), // [n]
    matrix: (a, b) => ops.squaredDistances(a, b), // [n, m]
  }),
});
