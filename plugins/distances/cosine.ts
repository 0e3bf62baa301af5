import { Distance } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Cosine distance: 1 - cos(a, b) = |u - v|^2 / 2, where u and v are a and b at length 1. The second form is used for
 * pairs: it is exactly 0, with gradient 0, where the directions coincide.
 * A zero vector has no direction: it stands at right angles to everything (cos = 0), with gradient 0.
 * Shapes: a [n, d], b [n, d] -> [n]; matrix [n, d], [m, d] -> [n, m] by one product of matrices, exact to 2e-7.
 * Units: none, 0 (same direction) to 2 (opposite). It normalises its inputs: that is its formula.
 * Errors: none of its own.
 */
export const cosine = definePlugin(Distance, {
  name: 'cosine',
  summary: 'One minus the cosine of the angle between two embeddings.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  range: [0, 2],
  unitRange: [0, 2],
  euclidean: 'cosine',
  create: () => ({
    between(a, b) {
      const chord = ops.squaredDifference(ops.l2Normalize(a), ops.l2Normalize(b)); // [n, d]
      const missing = ops.add(ops.zeroVectors(a), ops.zeroVectors(b)); // [n], 1 per vector without a direction
      return ops.mul(0.5, ops.add(ops.sum(chord, -1), missing)); // [n]
    },
    matrix(a, b) {
      const cosines = ops.matMul(ops.l2Normalize(a), ops.l2Normalize(b), false, true); // [n, m]
      return ops.relu(ops.sub(1, cosines)); // [n, m]; rounding may take the cosine past 1
    },
  }),
});
