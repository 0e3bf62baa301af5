import { Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { impostors, perGroup, positivesAcross, smallGroups } from './group-options.js';
import { type GroupPlan, planGroups, planPool } from './group-plan.js';
import { openHands } from './group-rows.js';
import { positiveShare } from './group-shares.js';
import { roundAtRandom } from './systematic.js';

/** Power of its size with which a group is drawn. */
const powers = {
  frequency: 1,
  'square-root': 0.5,
  equal: 0,
  'inverse-square-root': -0.5,
  'inverse-frequency': -1,
} as const;

/**
 * Batches of P draws of groups with K items each, groups drawn by a weight: K is `perGroup`, P = batchSize / K.
 * A group of n items has the weight n^p: `frequency` p = 1 (as in the data), `square-root` 1/2, `equal` 0 (which weighs
 * each item by the inverse of its group's frequency), `inverse-square-root` -1/2, `inverse-frequency` -1 (rare groups more
 * often than frequent ones). A batch draws group i exactly P*w_i/sum(w) times on average, that number rounded down or up:
 * groups of a batch are different ones as far as their weights allow.
 * Each batch is drawn by itself; items of a drawn group are drawn without repetition. An epoch has as many batches as the
 * items fill, to the nearest one. Small groups, impostors and `positivesAcross`: as for class-balanced.
 * Errors: SAMPLER, where a pool has no positive or no negative pair.
 * Source: Mahajan et al. 2018, "Exploring the limits of weakly supervised pretraining" (square root); Madow 1949.
 */
export const weightedGroups = definePlugin(Sampler, {
  name: 'weighted-groups',
  summary: 'Batches of items of several groups, which are drawn by a weight that follows from their size.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      weight: {
        type: 'string',
        enum: ['frequency', 'square-root', 'equal', 'inverse-square-root', 'inverse-frequency'],
        default: 'square-root',
        description: 'How often a group is drawn, by the number of its items.',
      },
      perGroup,
      smallGroups,
      impostors,
      positivesAcross,
    },
  },
  from: 'groups',
  streams: true,
  yields: 'labelled-batch',
  create: (options) => ({
    plan(counts) {
      const plan = planGroups(counts, options);
      if ('problem' in plan) return plan;
      const { batches, sizes } = plan;
      const shape = { perGroup: options.perGroup, rows: counts.batchSize };
      return {
        batches,
        rows: batches * counts.batchSize,
        positives: positiveShare(perBatch(plan, powers[options.weight]), sizes, shape),
      };
    },
    sample(pool, { draw, batchSize }) {
      const plan = planPool(pool, options, batchSize);
      const shares = perBatch(plan, powers[options.weight]);
      const open = openHands(pool, options);
      return {
        count: plan.batches,
        batch(index) {
          const random = draw(index + 1);
          const items = new Int32Array(plan.draws * options.perGroup);
          let at = 0;
          for (const [i, times] of roundAtRandom(shares, random).entries()) {
            if (times === 0) continue;
            const deal = open(plan.groups[i]!, random);
            for (let time = 0; time < times; time++, at += options.perGroup) items.set(deal(), at);
          }
          return { items };
        },
      };
    },
  }),
});

/** Draws of each group per batch, on average. */
function perBatch({ sizes, draws }: GroupPlan, power: number): Float64Array {
  const weights = Float64Array.from(sizes, (size) => size ** power);
  const total = weights.reduce((sum, one) => sum + one, 0);
  return weights.map((one) => (draws * one) / total);
}
