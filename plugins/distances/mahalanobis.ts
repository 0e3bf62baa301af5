import { Distance } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Learned Mahalanobis distance: sqrt((a - b)' M (a - b)) with M = L' L, that is |L (a - b)|. M is positive semidefinite
 * whatever L is, so that training needs no projection. L begins as the identity: the distance as the euclidean one.
 * Where L loses rank, different points may coincide, so that it is no metric.
 * Shapes: a [n, d], b [n, d] -> [n]; matrix [n, d], [m, d] -> [n, m]. Weights: transform L [d, d], trained by the loss.
 * Units: those of the embedding, times L. Points that coincide, or that L makes coincide: 0, with gradient 0.
 * Errors: none of its own.
 * Source: Mahalanobis 1936; learned by its factor: Goldberger, Roweis, Hinton, Salakhutdinov 2004.
 */
export const mahalanobis = definePlugin(Distance, {
  name: 'mahalanobis',
  summary: 'Length of the difference of two embeddings after a learned linear map.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  range: [0, Infinity],
  weights: { transform: { shape: ['dimensions', 'dimensions'], initializer: 'identity' } },
  create: () => ({
    between(a, b, { transform }) {
      const mapped = ops.matMul(ops.sub(a, b), transform, false, true); // [n, d]
      return ops.safeSqrt(ops.sum(ops.square(mapped), -1)); // [n]
    },
    matrix(a, b, { transform }) {
      // a cluster far from 0 keeps its digits when 0 is moved into it
      const origin = ops.constant(() => ops.mean(b, 0, true)); // [1, d]
      const [u, v] = [ops.sub(a, origin), ops.sub(b, origin)]; // [n, d], [m, d]
      const [mappedU, mappedV] = [ops.matMul(u, transform, false, true), ops.matMul(v, transform, false, true)]; // [n, d], [m, d]
      // equal rows must not come apart by the rounding of their products
      const apart = ops.constant(() => ops.mask(ops.greater(ops.squaredDistances(a, b), 0))); // [n, m]
      return ops.safeSqrt(ops.mul(ops.squaredDistances(mappedU, mappedV), apart)); // [n, m]
    },
  }),
});
