import { Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { pairCount, pairOf, permutation } from '../../core/random/index.js';
import { countGroupPairs, missingPairs } from './group-pairs.js';

/**
 * Every unordered pair of different items once per epoch, n(n-1)/2 of them, in a random order that takes no memory
 * whatever n. The target comes from comparing their groups; which of two items stands on the left is random.
 * Share of positives: sum over groups of s(s-1), over n(n-1). The last batch of an epoch holds what remains.
 * Items without a group, and impostors, take no part: balanced-pairs draws impostors.
 * Errors: none of its own; a pool of one item gives no pair.
 */
export const allPairs = definePlugin(Sampler, {
  name: 'all-pairs',
  summary: 'Every pair of different items once, in random order; the groups tell which are positive.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  from: 'groups',
  streams: false,
  yields: 'pairs',
  create: () => ({
    plan({ groupSizes, batchSize }) {
      const counts = countGroupPairs(groupSizes);
      const problem = missingPairs(counts, { same: true, different: true });
      if (problem !== null) return { problem };
      return {
        batches: Math.ceil(counts.pairs / batchSize),
        rows: counts.pairs,
        positives: counts.same / counts.pairs,
      };
    },
    sample({ members }, { draw, batchSize }) {
      const total = pairCount(members.length);
      const numberAt = permutation(Math.max(1, total), draw());
      return {
        count: Math.ceil(total / batchSize),
        batch(index) {
          const from = index * batchSize;
          const size = Math.min(batchSize, total - from);
          const left = new Int32Array(size);
          const right = new Int32Array(size);
          for (let row = 0; row < size; row++) {
            const pair = pairOf(numberAt(from + row));
            const side = (from + row) % 2; // a place in the order is random, and so is whether it is odd
            left[row] = members[pair[side]!]!;
            right[row] = members[pair[1 - side]!]!;
          }
          return { left, right, target: null };
        },
      };
    },
  }),
});
