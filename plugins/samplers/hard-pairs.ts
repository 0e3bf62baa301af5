import { Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { countPairs, isKnown, missingPairs, refusePool } from './group-pairs.js';
import { drawMined, mineNegatives } from './mine-negatives.js';
import { impostors, positives, positivesAcross } from './pair-options.js';
import { openPartners } from './partners.js';
import { openBatches, openQuota } from './quota.js';

/**
 * The pairs of balanced-pairs, their negatives hard: members of other groups that lie nearest to the left item under the
 * current embeddings and the distance of the run. From the ranks `ranks` among these one is drawn uniformly; a first rank
 * above 1 skips the very nearest, which in noisy data are often of the same group under another label.
 * Mined after `after` epochs (or steps, by `unit`), and anew after every `every` more; random negatives until then. The
 * share `hard` of the negatives that are no impostors is mined, the rest stays random: hard ones alone may collapse a
 * network that is not yet good. Positives, impostors, shares and the order of an epoch: as for balanced-pairs.
 * Mining takes a distance for each pair of items, and holds (last - first + 1) numbers for each item.
 * Errors: SAMPLER, where a pool has no positive or no negative pair.
 * Source: Simo-Serra et al. 2015, "Discriminative learning of deep convolutional feature point descriptors".
 */
export const hardPairs = definePlugin(Sampler, {
  name: 'hard-pairs',
  summary: 'Balanced pairs whose negatives lie near each other under the current embeddings.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      positives,
      ranks: {
        type: 'array',
        items: { type: 'integer', minimum: 1, description: 'A rank: 1 is the nearest.' },
        minItems: 2,
        maxItems: 2,
        default: [1, 20],
        description: 'First and last rank of the negatives that are drawn, among the nearest items of other groups.',
      },
      hard: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 1,
        description: 'Share of the negatives that is mined; the rest is random.',
      },
      unit: {
        type: 'string',
        enum: ['epochs', 'steps'],
        default: 'epochs',
        description: 'What `after` and `every` count.',
      },
      after: {
        type: 'integer',
        minimum: 0,
        default: 1,
        description: 'Epochs or steps with random negatives before the first mining.',
      },
      every: { type: 'integer', minimum: 1, default: 1, description: 'Epochs or steps from one mining to the next.' },
      impostors,
      positivesAcross,
    },
  },
  from: 'groups',
  streams: false,
  yields: 'pairs',
  create: ({ positives: share, impostors: forged, positivesAcross: across, ranks, hard, unit, after, every }) => {
    const [first, last] = ranks as [number, number];
    return {
      plan(counts) {
        if (first > last) return { problem: `ranks is [${first}, ${last}]: the first must be at most the last` };
        const pairs = countPairs(counts, across);
        const problem = missingPairs(pairs, { same: share > 0, different: share < 1, across });
        if (problem !== null) return { problem };
        const fewest = pairs.items - counts.groupSizes.reduce((most, size) => Math.max(most, size), 0);
        if (first > fewest) {
          return { problem: `ranks begins at ${first}, but items of the largest group have only ${fewest} negatives` };
        }
        const quota = openQuota(pairs, share);
        return {
          batches: Math.ceil(quota.rows / counts.batchSize),
          rows: quota.rows,
          positives: isKnown(counts, across) ? quota.positives(counts.batchSize) / quota.rows : null,
          bytes: 4 * pairs.items * (last - first + 1),
        };
      },
      sample(pool, sampling) {
        const mined = sampling.mined?.arrays?.['negatives'] as Int32Array | undefined;
        const partners = openPartners(pool, {
          impostors: forged,
          across: across === null ? null : pool.column(across),
          choose: (row, random) =>
            mined && random.uniform() < hard ? drawMined(mined, { row, width: last - first + 1 }, random) : null,
        });
        const problem = missingPairs(partners.counts, { same: share > 0, different: share < 1, across });
        if (problem !== null) refusePool(problem);
        return openBatches(openQuota(partners.counts, share), partners, sampling);
      },
      mine: {
        due({ epoch, step, batch }) {
          if (unit === 'epochs' && batch > 0) return false;
          const since = (unit === 'epochs' ? epoch : step) - after;
          return since >= 0 && since % every === 0;
        },
        mine: async (pool, embedded) => ({ arrays: { negatives: mineNegatives(pool, embedded, [first, last]) } }),
      },
    };
  },
});
