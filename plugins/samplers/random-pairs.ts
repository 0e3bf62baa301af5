import { Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { countGroupPairs, missingPairs } from './group-pairs.js';

/**
 * Each item meets a random other one: an epoch draws each item that has a group once as the left, its right uniformly
 * from all others that have one, never itself. The target comes from comparing their groups.
 * Expected share of positives: sum over groups of s(s-1), over n(n-1). The last batch of an epoch holds what remains.
 * Items without a group, and impostors, take no part: balanced-pairs draws impostors.
 * Errors: none of its own; a pool of one item gives no pair.
 */
export const randomPairs = definePlugin(Sampler, {
  name: 'random-pairs',
  summary: 'Each item beside a random other one; the groups tell which pairs are positive.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  from: 'groups',
  streams: true,
  yields: 'pairs',
  create: () => ({
    plan({ groupSizes, batchSize }) {
      const counts = countGroupPairs(groupSizes);
      const problem = missingPairs(counts, { same: true, different: true });
      if (problem !== null) return { problem };
      return {
        batches: Math.ceil(counts.items / batchSize),
        rows: counts.items,
        positives: counts.same / counts.pairs,
      };
    },
    sample({ members }, { draw, batchSize }) {
      const places = draw().shuffle(members.map((_, place) => place));
      return {
        count: members.length < 2 ? 0 : Math.ceil(members.length / batchSize),
        batch(index) {
          const random = draw(index + 1);
          const chosen = places.subarray(index * batchSize, (index + 1) * batchSize);
          const right = chosen.map((place) => {
            const other = random.below(members.length - 1);
            return members[other < place ? other : other + 1]!; // the place of the item itself is stepped over
          });
          return { left: chosen.map((place) => members[place]!), right, target: null };
        },
      };
    },
  }),
});
