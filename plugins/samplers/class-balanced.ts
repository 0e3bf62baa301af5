import { Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { impostors, perGroup, positivesAcross, smallGroups } from './group-options.js';
import { planGroups, planPool } from './group-plan.js';
import { openHands } from './group-rows.js';
import { groupShares, positiveShare } from './group-shares.js';
import { roundAtRandom } from './systematic.js';

/**
 * Batches of P groups with K items each: K is `perGroup`, P = batchSize / K. Every batch is full, and its groups are
 * different ones; where there are fewer groups than P, each stands in it as often as any other, give or take one.
 * An epoch has as many batches as the items fill, to the nearest one, and draws each item about once: a group of n items
 * n/K times, rounded down or up at random. A group too large for that, which would stand in more batches than there are,
 * is drawn for every batch, and the others come more often instead.
 * Within a group its items come in turn: all of them before any comes again. A group with fewer than K items repeats them,
 * or is left out (`smallGroups`). `positivesAcross`: the rows of a group are spread evenly over its values of that column;
 * groups with a single value, which have no such positive, take no part. Items without a group take no part.
 * Impostors take their share of the rows of their group, rounded down; two of its rows are always genuine.
 * Errors: SAMPLER, where a pool has no positive or no negative pair.
 * Source: Hermans, Beyer, Leibe 2017, "In defense of the triplet loss", the PK batches.
 */
export const classBalanced = definePlugin(Sampler, {
  name: 'class-balanced',
  summary: 'Batches of several groups with equally many items of each.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { perGroup, smallGroups, impostors, positivesAcross },
  },
  from: 'groups',
  streams: true,
  yields: 'labelled-batch',
  create: (options) => ({
    plan(counts) {
      const plan = planGroups(counts, options);
      if ('problem' in plan) return plan;
      const { batches, sizes } = plan;
      const rows = batches * counts.batchSize;
      const perBatch = groupShares(plan).map((share) => share / batches);
      const positives = positiveShare(perBatch, sizes, { perGroup: options.perGroup, rows: counts.batchSize });
      return { batches, rows, positives, bytes: 4 * rows };
    },
    sample(pool, { draw, batchSize }) {
      const plan = planPool(pool, options, batchSize);
      const random = draw();
      const times = roundAtRandom(groupShares(plan), random);
      const open = openHands(pool, options);
      // Hands of one group side by side, dealt to the batches in turn: none gets two while there are batches enough.
      const order = random.shuffle(Int32Array.from(times.keys()));
      const hands: Int32Array[] = [];
      for (const i of order) {
        const deal = open(plan.groups[i]!, random);
        for (let time = 0; time < times[i]!; time++) hands.push(deal());
      }
      const turns = random.shuffle(Int32Array.from({ length: plan.batches }, (_, turn) => turn));
      return {
        count: plan.batches,
        batch(index) {
          const items = new Int32Array(plan.draws * options.perGroup);
          for (let i = 0; i < plan.draws; i++)
            items.set(hands[turns[index]! + i * plan.batches]!, i * options.perGroup);
          return { items };
        },
      };
    },
  }),
});
