import type { Tensor } from '@tensorflow/tfjs-core';
import { Distance } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/** |u - v|^2 and |u + v|^2 of directions -> angle / pi: tan(angle / 4) = |u - v| / (2 + |u + v|). [..], [..] -> [..] */
function angle(apart: Tensor, along: Tensor): Tensor {
  const tangent = ops.div(ops.safeSqrt(apart), ops.add(2, ops.safeSqrt(along))); // [..], 0..1
  return ops.mul(4 / Math.PI, ops.atan(tangent)); // [..]
}

/**
 * Angular distance: arccos(cos(a, b)) / pi, by half angles (see `angle`): the arccosine loses half of the digits, and its
 * derivative is infinite, where the directions coincide or are opposite. There the gradient is 0.
 * A zero vector has no direction: it stands at right angles to everything (distance 0.5), with gradient 0.
 * Shapes: a [n, d], b [n, d] -> [n]; matrix [n, d], [m, d] -> [n, m].
 * Units: half turns, 0 (same direction) to 1 (opposite). It normalises its inputs: that is its formula.
 * Errors: none of its own.
 * Source: the half-angle form is Kahan's, "How futile are mindless assessments of roundoff", 2006.
 */
export const angular = definePlugin(Distance, {
  name: 'angular',
  summary: 'Angle between two embeddings, in half turns.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  range: [0, 1],
  unitRange: [0, 1],
  create: () => ({
    between(a, b) {
      const [u, v] = [ops.l2Normalize(a), ops.l2Normalize(b)]; // [n, d], [n, d]
      const missing = ops.add(ops.zeroVectors(a), ops.zeroVectors(b)); // [n], 1 per vector without a direction
      const apart = ops.sum(ops.square(ops.sub(u, v)), -1); // [n]
      const along = ops.sum(ops.square(ops.add(u, v)), -1); // [n]
      return angle(ops.add(apart, missing), ops.add(along, missing)); // [n]
    },
    matrix(a, b) {
      const [u, v] = [ops.l2Normalize(a), ops.l2Normalize(b)]; // [n, d], [m, d]
      const missing = ops.add(ops.expandDims(ops.zeroVectors(a), 1), ops.expandDims(ops.zeroVectors(b), 0)); // [n, m]
      const apart = ops.squaredDistances(u, v); // [n, m]
      const along = ops.squaredDistances(u, ops.neg(v)); // [n, m]
      return angle(ops.add(apart, missing), ops.add(along, missing)); // [n, m]
    },
  }),
});
