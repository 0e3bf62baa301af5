import { Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { countPairs, isKnown, missingPairs, refusePool } from './group-pairs.js';
import { impostors, positives, positivesAcross } from './pair-options.js';
import { openPartners } from './partners.js';
import { openBatches, openQuota } from './quota.js';

/**
 * Pairs of which a fixed share is positive. An epoch draws each item that has a group once as the left; its right is
 * drawn uniformly: for a positive from the other members of its group, for a negative from all members of other
 * groups, or, with the probability `impostors`, from the impostors of its own group where it has any.
 * `positivesAcross`: the items of a positive also differ in that column; items without a value count as one value.
 * Of the first k rows of an epoch round(positives*k) are positive, so that each batch has its share to the nearest row,
 * and the epoch too. Items that have no positive (alone in their group, or all of it has one value) can only be
 * negatives: they are spread evenly over the batches, and where a batch has too few others its share is smaller. The
 * last batch of an epoch holds what remains.
 * Items without a group take no part, since nothing is known of them; impostors stand on the right alone.
 * Errors: SAMPLER, where a pool has no positive or no negative pair.
 */
export const balancedPairs = definePlugin(Sampler, {
  name: 'balanced-pairs',
  summary: 'Pairs of one group and of different groups in a fixed proportion, drawn afresh each epoch.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { positives, impostors, positivesAcross },
  },
  from: 'groups',
  streams: true,
  yields: 'pairs',
  create: ({ positives: share, impostors: forged, positivesAcross: across }) => ({
    plan(counts) {
      const pairs = countPairs(counts, across);
      // Counts do not tell impostors from items without a group: the pool will.
      const maybeImpostors = forged > 0 && counts.items > pairs.items;
      const problem = missingPairs(pairs, { same: share > 0, different: share < 1 && !maybeImpostors, across });
      if (problem !== null) return { problem };
      const quota = openQuota(pairs, share);
      return {
        batches: Math.ceil(quota.rows / counts.batchSize),
        rows: quota.rows,
        positives: isKnown(counts, across) ? quota.positives(counts.batchSize) / quota.rows : null,
      };
    },
    sample(pool, sampling) {
      const values = across === null ? null : pool.column(across);
      const partners = openPartners(pool, { impostors: forged, across: values });
      const wanted = { same: share > 0, different: share < 1 && !partners.onlyImpostors, across };
      const problem = missingPairs(partners.counts, wanted);
      if (problem !== null) refusePool(problem);
      return openBatches(openQuota(partners.counts, share), partners, sampling);
    },
  }),
});
