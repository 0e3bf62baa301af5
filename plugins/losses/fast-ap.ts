import { Loss } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { rowsWithAny } from './rows.js';

/** Largest squared distance on the unit sphere. */
const WIDEST = 4;
/** A few roundings of float32, as a share of the largest distance. */
const ROUNDING = 4e-7;

/**
 * FastAP: one minus the average precision of each anchor's ranking, by soft histograms of squared distances.
 *   1 - (1/P) sum_j h_j * H_j / T_j, j over `bins` + 1 edges from 0 to 4
 * h_j: positives near edge j, each spread over the two edges around it; H_j, T_j: positives, and all, up to j; P: the
 * anchor's positives. Mean over the anchors that have a positive.
 * Its formula is on squared euclidean distances of the unit sphere: it looks at the embeddings at length 1. There they
 * are twice the distance `cosine`, which it presumes, or `squared-euclidean` where the encoder normalises too.
 * Shapes: embeddings [a, d], references [r, d] -> [a]. Memory: a few tensors of (bins + 1)*a*r numbers.
 * Errors: none of its own.
 * Source: Cakir, He, Xia, Kulis, Sclaroff 2019; pytorch-metric-learning's FastAPLoss.
 */
export const fastAp = definePlugin(Loss, {
  name: 'fast-ap',
  summary: 'One minus the average precision, by soft histograms of distances.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      bins: { type: 'integer', minimum: 1, default: 10, description: 'Bins of the histograms.' },
    },
  },
  needs: {
    embeddings: 'labelled-batch',
    memory: true,
    distance: ['cosine', 'squared-euclidean'],
    unitDistance: ['squared-euclidean'],
  },
  create: ({ bins }) => ({
    perBatch({ embeddings, references, positive, negative }) {
      const distances = ops.squaredDistances(ops.l2Normalize(embeddings), ops.l2Normalize(references)); // [a, r]
      const shares = spread(ops.mul(distances, bins / WIDEST), bins); // [bins + 1, a, r]
      const count = (mask: Tensor): Tensor => ops.sum(ops.mul(shares, ops.expandDims(mask, 0)), 2); // [bins + 1, a]
      const matches = count(positive); // [bins + 1, a]
      const upTo = ops.cumsum(matches, 0); // [bins + 1, a]
      const all = ops.cumsum(ops.add(matches, count(negative)), 0); // [bins + 1, a]
      const precision = ops.sum(ops.divNoNan(ops.mul(matches, upTo), all), 0); // [a]
      const values = ops.sub(1, ops.divNoNan(precision, ops.sum(positive, 1))); // [a]
      return { terms: [{ values, weights: rowsWithAny(positive) }] };
    },
  }),
});

/**
 * The share of each place in 0..bins that falls to each edge: 1 - f to the one below it and f to the one above, where it
 * is f beyond the lower. A place on an edge, up to rounding, is taken for the beginning of the next bin: the shares have
 * a corner there. places [a, r] -> [bins + 1, a, r]
 */
function spread(places: Tensor, bins: number): Tensor {
  const below = ops.constant(() => ops.clipByValue(ops.floor(ops.add(places, bins * ROUNDING)), 0, bins - 1)); // [a, r]
  const beyond = ops.expandDims(ops.sub(places, below), 0); // [1, a, r]
  const edges = ops.reshape(ops.range(0, bins + 1), [-1, 1, 1]); // [bins + 1, 1, 1]
  const lower = ops.mask(ops.equal(edges, ops.expandDims(below, 0))); // [bins + 1, a, r]
  const upper = ops.mask(ops.equal(edges, ops.expandDims(ops.add(below, 1), 0))); // [bins + 1, a, r]
  return ops.add(ops.mul(lower, ops.sub(1, beyond)), ops.mul(upper, beyond)); // [bins + 1, a, r]
}
