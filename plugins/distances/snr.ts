import type { Tensor } from '@tensorflow/tfjs-core';
import { Distance } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/** Variance, relative to 1 and to the mean square, up to which a vector is constant: rounding alone makes 1e-14 of it. */
const NO_SIGNAL = 1e-12;
/** Two signals of one variance that have nothing in common are at this distance. */
const UNRELATED = 2;

/** A vector without its mean. [n, d] -> [n, d] */
const centred = (x: Tensor): Tensor => ops.sub(x, ops.mean(x, -1, true)); // [n, d]

interface Signal {
  /** [n, 1], 1 where the vector is constant */
  readonly variance: Tensor;
  /** [n, 1], 1 or 0, constants of the gradient: whether the vector has a signal */
  readonly present: Tensor;
}

function signalOf(a: Tensor, centredA: Tensor): Signal {
  const variance = ops.mean(ops.square(centredA), -1, true); // [n, 1]
  const present = ops.constant(() => {
    const scale = ops.maximum(1, ops.mean(ops.square(a), -1, true)); // [n, 1]
    return ops.mask(ops.greater(variance, ops.mul(NO_SIGNAL, scale))); // [n, 1]
  });
  return { present, variance: ops.add(ops.mul(variance, present), ops.sub(1, present)) }; // [n, 1]
}

/** noise / variance, but 2 where there is no signal. noise [n, m] -> [n, m] */
function ratio(noise: Tensor, { variance, present }: Signal): Tensor {
  const known = ops.mul(present, ops.div(noise, variance)); // [n, m]
  return ops.add(known, ops.mul(UNRELATED, ops.sub(1, present))); // [n, m]
}

/**
 * Signal-to-noise-ratio distance: var(a - b) / var(a), the variances taken over the coordinates. The first item is the
 * signal (an anchor, a query, the left of a pair), so that it is not symmetric; what is added to all coordinates alike
 * does not count.
 * A constant vector has no signal: it is at distance 2 from everything, as from a signal of its variance that has nothing in
 * common with it, with gradient 0.
 * Shapes: a [n, d], b [n, d] -> [n]; matrix [n, d], [m, d] -> [n, m].
 * Units: none, 0 and up; of centred vectors of one length it is 2 (1 - cos). Coincident points: 0, with gradient 0.
 * Errors: none of its own.
 * Source: Yuan, Deng, Tang, Tang, Chen 2019, "Signal-to-Noise Ratio: A Robust Distance Metric for Deep Metric Learning".
 */
export const snr = definePlugin(Distance, {
  name: 'snr',
  summary: 'Variance of the difference of two embeddings over that of the first.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  range: [0, Infinity],
  symmetric: false,
  create: () => ({
    between(a, b) {
      const [u, v] = [centred(a), centred(b)]; // [n, d], [n, d]
      const noise = ops.mean(ops.squaredDifference(u, v), -1, true); // [n, 1]
      return ops.squeeze(ratio(noise, signalOf(a, u)), [1]); // [n]
    },
    matrix(a, b) {
      const [u, v] = [centred(a), centred(b)]; // [n, d], [m, d]
      const noise = ops.div(ops.squaredDistances(u, v), a.shape[1]!); // [n, m]
      return ratio(noise, signalOf(a, u)); // [n, m]
    },
  }),
});
