import { Distance, Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { costByAnchor, costOfEach } from './triplet-cost.js';
import { allTriplets, distanceWeightedTriplets, hardTriplets, semiHardTriplets } from './triplet-mining.js';

const miners = {
  all: allTriplets,
  hard: hardTriplets,
  'semi-hard': semiHardTriplets,
  'distance-weighted': distanceWeightedTriplets,
} as const;

/** Tensors of a number for each triplet of a batch that a step was measured to hold at its peak. */
function triplesHeld(mining: keyof typeof miners, margin: number | 'soft'): number {
  if (mining === 'hard') return 0;
  if (mining === 'distance-weighted') return 2;
  return margin === 'soft' ? 13 : 4;
}

/**
 * Triplet loss: an anchor's positives must be nearer than its negatives, by `margin`.
 *   max(0, d(a, p) - d(a, n) + margin), or softplus(d(a, p) - d(a, n)) with the margin `soft`
 * Mean over the triplets above 0 (`average: active`) or over all that were chosen. Of a labelled batch `mining` chooses:
 *   all; `semi-hard`: d(a, p) < d(a, n) <= d(a, p) + margin; `hard`: per anchor its farthest positive and its nearest
 *   negative; `distance-weighted`: per anchor and positive one negative, drawn by the inverse density of distances on
 *   the unit sphere (see distance-weighting.ts, which looks at the embeddings at length 1). Given triplets are taken as they are.
 * Shapes: embeddings [a, d], references [r, d] -> all, semi-hard [a, p, r]; distance-weighted [a, p]; hard [a]; given
 *   triplets [triplets]; p: as many as an anchor has positives, to the next power of two, or r. Memory: at the peak 2 to 4
 *   tensors of a*p*r numbers, 13 with the margin `soft`; `hard` none.
 * Units: `margin` is in the units of the recipe's distance.
 * Monitors: activeShare, the share of the chosen triplets that are above 0; of `semi-hard`, which chooses none but these,
 *   the share of the pairs of anchor and positive that have such a triplet. None with the margin `soft`.
 * Errors: none of its own.
 * Source: Schroff, Kalenichenko, Philbin 2015; Hermans, Beyer, Leibe 2017 (hard, soft); Wu et al. 2017
 *   (distance-weighted); pytorch-metric-learning's TripletMarginLoss, BatchHardMiner, TripletMarginMiner ('semihard').
 */
export const triplet = definePlugin(Loss, {
  name: 'triplet',
  summary: "An anchor's positives nearer than its negatives, by a margin.",
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      margin: {
        anyOf: [
          { type: 'number', exclusiveMinimum: 0, description: 'In units of the distance.' },
          { type: 'string', enum: ['soft'], description: 'Softplus: no triplet ever costs nothing.' },
        ],
        default: 0.2,
        description: 'How much nearer a positive must be than a negative, or soft.',
      },
      mining: {
        type: 'string',
        enum: ['all', 'hard', 'semi-hard', 'distance-weighted'],
        default: 'all',
        description: 'Which triplets of a labelled batch are used.',
      },
      average: {
        type: 'string',
        enum: ['active', 'all'],
        default: 'active',
        description: 'Mean over the triplets that cost something, or over all.',
      },
    },
  },
  needs: {
    embeddings: ['labelled-batch', 'triplets'],
    margins: ['margin'],
    labelledBatchOnly: ['mining'],
    mostPositives: true,
  },
  stepBytes: ({ batchSize, positives }, { mining, margin }) => {
    const each = Math.round((positives ?? 1) * (batchSize - 1)); // of an anchor
    const columns = Math.min(batchSize, 2 ** Math.ceil(Math.log2(Math.max(1, each))));
    return 4 * batchSize ** 2 * columns * triplesHeld(mining, margin);
  },
  inject: { distance: Distance },
  create: ({ margin, mining, average }, { distance }) => ({
    perBatch(batch, _weights, { random }) {
      const distances = distance.matrix(batch.embeddings, batch.references); // [a, r]
      const mined = miners[mining]({ batch, distances, margin, random });
      return 'near' in mined ? costByAnchor(mined, { margin, average }) : costOfEach(mined, { margin, average });
    },
    perTriplet({ anchor, positive, negative }) {
      const [near, far] = [distance.between(anchor, positive), distance.between(anchor, negative)]; // [triplets] each
      const chosen = ops.greater(ops.onesLike(near), 0); // [triplets]
      return costOfEach({ positive: near, negative: far, chosen }, { margin, average });
    },
  }),
});
