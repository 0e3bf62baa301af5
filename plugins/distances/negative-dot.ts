import { Distance } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Negative dot product: -sum_k a_k b_k. Not a metric, and 0 means nothing: a long vector is close to many. On unit vectors
 * it is -cos.
 * Shapes: a [n, d], b [n, d] -> [n]; matrix [n, d], [m, d] -> [n, m] by one product of matrices.
 * Units: those of the embedding, squared.
 * Errors: none of its own.
 */
export const negativeDot = definePlugin(Distance, {
  name: 'negative-dot',
  summary: 'Minus the dot product of two embeddings.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  range: [-Infinity, Infinity],
  unitRange: [-1, 1],
  create: () => ({
    between: (a, b) => ops.neg(ops.sum(ops.mul(a, b), -1)), // [n]
    matrix: (a, b) => ops.neg(ops.matMul(a, b, false, true)), // [n, m]
  }),
});
