import { Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { countPairs, missingPairs, refusePool } from './group-pairs.js';
import { positivesAcross } from './pair-options.js';
import { openPartners } from './partners.js';
import { openBatches, openQuota } from './quota.js';

/**
 * Pairs of one group alone, for losses that take the other rows of a batch for the negatives
 * (multiple-negatives-ranking). An epoch draws each item that has a positive once as the left, in random order; its right
 * is drawn uniformly from the other members of its group. The last batch of an epoch holds what remains.
 * `positivesAcross`: the two items also differ in that column; items without a value count as one value.
 * Items that are alone in their group, items without a group, and impostors take no part.
 * Errors: SAMPLER, where a pool has no positive pair, or one group alone: its rows would have no negatives.
 */
export const positivePairs = definePlugin(Sampler, {
  name: 'positive-pairs',
  summary: 'Pairs of one group alone, each item once: the other rows of a batch are the negatives.',
  options: { type: 'object', additionalProperties: false, properties: { positivesAcross } },
  from: 'groups',
  streams: true,
  yields: 'pairs',
  create: ({ positivesAcross: across }) => ({
    plan(counts) {
      const pairs = countPairs(counts, across);
      const problem = missingPairs(pairs, { same: true, different: true, across });
      if (problem !== null) return { problem };
      return { batches: Math.ceil(pairs.partnered / counts.batchSize), rows: pairs.partnered, positives: 1 };
    },
    sample(pool, sampling) {
      const partners = openPartners(pool, { impostors: 0, across: across === null ? null : pool.column(across) });
      const problem = missingPairs(partners.counts, { same: true, different: true, across });
      if (problem !== null) refusePool(problem);
      return openBatches(openQuota(partners.counts, 1), partners, sampling);
    },
  }),
});
