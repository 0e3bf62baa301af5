import { Distance, Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { logSumExp } from './log-sum-exp.js';
import { scale } from './options.js';

/**
 * Multiple negatives ranking: the right item of each pair against those of all other pairs in the batch. With
 *   s_ij = -scale * d(left_i, right_j) - log q_j, for the cosine distance scale*cos up to a constant that cancels:
 *   logsumexp_j(s_ij) - s_ii
 * Mean over the pairs that match (target 1); the right item of a pair that does not is a negative of all others.
 * `accidentalHits: mask` leaves out of a row every other right item that is known to match its left one.
 * `frequencyCorrection` subtracts log q_j, q_j the share of the given pairs in which right j stands: popular items are
 * in a batch more often, and would be pushed away more than they should.
 * It presumes the distance `cosine`, or `negative-dot` for dot products.
 * Shapes: left [pairs, d], right [pairs, d], known [pairs, pairs], logFrequency [pairs] -> [pairs].
 * Units: `scale` multiplies cosines (or dot products).
 * Errors: none of its own.
 * Source: Henderson et al. 2017; Sentence-Transformers' MultipleNegativesRankingLoss; the correction: Yi et al. 2019.
 */
export const multipleNegativesRanking = definePlugin(Loss, {
  name: 'multiple-negatives-ranking',
  summary: 'The partner of each item against the partners of all others in the batch.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      scale: scale(20),
      accidentalHits: {
        type: 'string',
        enum: ['mask', 'keep'],
        default: 'mask',
        description: 'Whether other right items that are known to match are left out of the negatives.',
      },
      frequencyCorrection: {
        type: 'boolean',
        default: false,
        description: 'Whether to correct for right items that stand in many pairs.',
      },
    },
  },
  needs: { embeddings: 'pairs', targets: 'binary', distance: ['cosine', 'negative-dot'] },
  inject: { distance: Distance },
  create: ({ scale, accidentalHits, frequencyCorrection }, { distance }) => ({
    perPairBatch({ left, right, target, known, logFrequency }) {
      const plain = ops.mul(-scale, distance.matrix(left, right)); // [pairs, pairs]
      const scores = frequencyCorrection ? ops.sub(plain, ops.expandDims(logFrequency, 0)) : plain; // [pairs, pairs]
      const own = ops.eye(target.shape[0]!); // [pairs, pairs]
      const partner = ops.sum(ops.mul(scores, own), 1, true); // [pairs, 1]
      const kept = accidentalHits === 'mask' ? ops.maximum(own, ops.sub(1, known)) : ops.onesLike(scores); // [pairs, pairs]
      return { terms: [{ values: logSumExp(ops.sub(scores, partner), kept), weights: target }] };
    },
  }),
});
