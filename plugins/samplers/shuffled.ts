import { Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { countGroupPairs, missingPairs } from './group-pairs.js';

/**
 * Items in random order, each that has a group once per epoch, as losses want that compare items with proxies of the
 * groups and not with one another. The last batch of an epoch holds what remains.
 * Items without a group take no part, and neither do impostors, which have no proxy of their own.
 * Errors: none of its own; a pool without groups gives no batch.
 */
export const shuffled = definePlugin(Sampler, {
  name: 'shuffled',
  summary: 'Labelled items in random order, each once: for losses that compare items with proxies of the groups.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  from: 'groups',
  streams: true,
  yields: 'labelled-batch',
  create: () => ({
    plan({ groupSizes, batchSize }) {
      const counts = countGroupPairs(groupSizes);
      const problem = missingPairs(counts, { same: false, different: true });
      if (problem !== null) return { problem };
      return {
        batches: Math.ceil(counts.items / batchSize),
        rows: counts.items,
        positives: counts.pairs === 0 ? null : counts.same / counts.pairs,
      };
    },
    sample({ members }, { draw, batchSize }) {
      const order = draw().shuffle(members);
      return {
        count: Math.ceil(order.length / batchSize),
        batch: (index) => ({ items: order.slice(index * batchSize, (index + 1) * batchSize) }),
      };
    },
  }),
});
