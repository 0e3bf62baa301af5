import { Distance, Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import { logSumExp } from './log-sum-exp.js';
import { holdsAny, rowsWithAny } from './rows.js';

/**
 * Lifted structure loss, generalised: for each anchor a
 *   max(0, logsumexp_p(d_ap - positiveMargin) + logsumexp_n(negativeMargin - d_an))
 * Mean over the anchors that meet anything (one without positives, or without negatives, has 0 for that sum); 0 where
 * the batch lacks positives or negatives altogether. It takes the embeddings as they are.
 * Shapes: embeddings [a, d], references [r, d] -> [a].
 * Units: both margins are in the units of the recipe's distance.
 * Errors: none of its own.
 * Source: Oh Song et al. 2016, as generalised by Hermans, Beyer, Leibe 2017; pytorch-metric-learning's GeneralizedLiftedStructureLoss.
 */
export const liftedStructure = definePlugin(Loss, {
  name: 'lifted-structure',
  summary: 'Soft farthest positive against soft nearest negative of each anchor.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      negativeMargin: {
        type: 'number',
        default: 1,
        description: 'Distance below which negatives cost much.',
      },
      positiveMargin: {
        type: 'number',
        default: 0,
        description: 'Distance above which positives cost much.',
      },
    },
  },
  needs: { embeddings: 'labelled-batch', memory: true, margins: ['negativeMargin', 'positiveMargin'] },
  inject: { distance: Distance },
  create: ({ negativeMargin, positiveMargin }, { distance }) => ({
    perBatch({ embeddings, references, positive, negative }) {
      const distances = distance.matrix(embeddings, references); // [a, r]
      const pull = logSumExp(ops.sub(distances, positiveMargin), positive); // [a]
      const push = logSumExp(ops.sub(negativeMargin, distances), negative); // [a]
      const complete = ops.mul(holdsAny(positive), holdsAny(negative)); // []
      const weights = ops.mul(rowsWithAny(ops.add(positive, negative)), complete); // [a]
      return { terms: [{ values: ops.relu(ops.add(pull, push)), weights }] };
    },
  }),
});
