import { type Batches, Sampler, type Sampling } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { countPairs, missingPairs, refusePool } from './group-pairs.js';
import { impostors, positivesAcross } from './pair-options.js';
import { openPartners, type Partners } from './partners.js';

/**
 * Triplets by the groups: an epoch draws each item that has a positive once as the anchor, in random order. Its positive
 * is drawn uniformly from the other members of its group; its negative from all members of other groups, or, with the
 * probability `impostors`, from the impostors of its own group where it has any.
 * `positivesAcross`: anchor and positive also differ in that column; items without a value count as one value.
 * The last batch of an epoch holds what remains. Items that are alone in their group are negatives alone; items without a
 * group take no part.
 * Errors: SAMPLER, where a pool has no positive or no negative for any anchor.
 */
export const randomTriplets = definePlugin(Sampler, {
  name: 'random-triplets',
  summary: 'Each item as an anchor, beside a random member of its group and a random item of another.',
  options: { type: 'object', additionalProperties: false, properties: { impostors, positivesAcross } },
  from: 'groups',
  streams: true,
  yields: 'triplets',
  create: ({ impostors: forged, positivesAcross: across }) => ({
    plan(counts) {
      const pairs = countPairs(counts, across);
      // Counts do not tell impostors from items without a group: the pool will.
      const maybeImpostors = forged > 0 && counts.items > pairs.items;
      const problem = missingPairs(pairs, { same: true, different: !maybeImpostors, across });
      if (problem !== null) return { problem };
      return { batches: Math.ceil(pairs.partnered / counts.batchSize), rows: pairs.partnered, positives: null };
    },
    sample(pool, sampling) {
      const values = across === null ? null : pool.column(across);
      const partners = openPartners(pool, { impostors: forged, across: values });
      const problem = missingPairs(partners.counts, { same: true, different: !partners.onlyImpostors, across });
      if (problem !== null) refusePool(problem);
      return anchored(partners, sampling);
    },
  }),
});

function anchored(
  { members, hasSame, same, different }: Partners,
  { draw, batchSize }: Pick<Sampling, 'draw' | 'batchSize'>,
): Batches<'triplets'> {
  const places = draw().shuffle(members.map((_, place) => place).filter((place) => hasSame(place)));
  return {
    count: Math.ceil(places.length / batchSize),
    batch(index) {
      const random = draw(index + 1);
      const chosen = places.subarray(index * batchSize, (index + 1) * batchSize);
      const positive = new Int32Array(chosen.length);
      const negative = new Int32Array(chosen.length);
      for (const [i, place] of chosen.entries()) {
        positive[i] = same(place, random);
        negative[i] = different(place, random);
      }
      return { anchor: chosen.map((place) => members[place]!), positive, negative };
    },
  };
}
