import { type PairTable, Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { choosePairs } from './pair-rows.js';
import { spreadPairs } from './spread.js';

/**
 * The given pairs, each once per epoch, in a random order. The last batch of an epoch holds what remains.
 * `unique: right` (or `left`): no batch holds a right (left) item twice, as losses want that take the other rows of a
 * batch for negatives. An epoch then has as many batches as without it, their sizes differing by at most one row; of an
 * item that stands in more pairs than there are batches, only that many pairs, drawn afresh each epoch, are used.
 * Errors: none of its own.
 */
export const givenPairs = definePlugin(Sampler, {
  name: 'given-pairs',
  summary: 'The given pairs in random order.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      unique: {
        type: 'string',
        enum: ['none', 'right', 'left'],
        default: 'none',
        description: 'The side whose items a batch holds at most once.',
      },
    },
  },
  from: 'pairs',
  streams: true,
  yields: 'pairs',
  create: ({ unique }) => ({
    plan({ pairs, positives, batchSize }) {
      if (pairs === 0) return { problem: 'there are no given pairs' };
      const batches = Math.ceil(pairs / batchSize);
      return { batches, positives: positives / pairs, ...(unique === 'none' ? { rows: pairs } : {}) };
    },
    sample(pool, { draw, batchSize }) {
      const given: PairTable = pool.pairs ?? {
        left: new Int32Array(),
        right: new Int32Array(),
        target: new Float32Array(),
        weight: null,
      };
      const count = Math.ceil(given.left.length / batchSize);
      const random = draw();
      const order = random.shuffle(given.left.map((_, pair) => pair));
      if (unique === 'none') {
        return {
          count,
          batch: (index) => choosePairs(given, order.subarray(index * batchSize, (index + 1) * batchSize)),
        };
      }
      const spread = spreadPairs(order, given[unique], { batches: count, random });
      return { count, batch: (index) => choosePairs(given, spread(index)) };
    },
  }),
});
