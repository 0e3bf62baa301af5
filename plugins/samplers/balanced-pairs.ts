import { type PairRows, type Pool, Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { countGroupPairs, type GroupPairs, missingPairs, refusePool, sizesOf } from './group-pairs.js';
import { openPartners } from './partners.js';

/**
 * Pairs of which a fixed share is positive. An epoch draws each item that has a group once as the left; its right is
 * drawn uniformly: for a positive from the other members of its group, for a negative from all members of other
 * groups, or, with the probability `impostors`, from the impostors of its own group where it has any.
 * Of the first k rows of an epoch round(positives*k) are positive, so that each batch has its share to the nearest row,
 * and the epoch too. Items that are alone in their group can only be negatives: they are spread evenly over the
 * batches, and where a batch has too few others its share is smaller. The last batch of an epoch holds what remains.
 * Items without a group take no part, since nothing is known of them; impostors stand on the right alone.
 * Errors: SAMPLER, where a pool has no positive or no negative pair.
 */
export const balancedPairs = definePlugin(Sampler, {
  name: 'balanced-pairs',
  summary: 'Pairs of one group and of different groups in a fixed proportion, drawn afresh each epoch.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      positives: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 0.5,
        description: 'Share of the pairs whose items are of one group.',
      },
      impostors: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 0.5,
        description: 'Share of the negatives that pair an item with an impostor of its own group, where it has any.',
      },
    },
  },
  from: 'groups',
  streams: true,
  yields: 'pairs',
  create: ({ positives, impostors }) => ({
    plan({ items, groupSizes, batchSize }) {
      const counts = countGroupPairs(groupSizes);
      // Counts do not tell impostors from items without a group: the pool will.
      const maybeImpostors = impostors > 0 && items > counts.items;
      const problem = missingPairs(counts, { same: positives > 0, different: positives < 1 && !maybeImpostors });
      if (problem !== null) return { problem };
      const quota = openQuota(counts, positives);
      const batches = Math.ceil(quota.rows / batchSize);
      const drawn = Array.from({ length: batches }, (_, index) => quota.batch(index, batchSize).positives);
      return { batches, rows: quota.rows, positives: drawn.reduce((sum, count) => sum + count, 0) / quota.rows };
    },
    sample(pool, { draw, batchSize }) {
      const counts = countGroupPairs(sizesOf(pool.offsets));
      const partners = openPartners(pool, impostors);
      const problem = missingPairs(counts, {
        same: positives > 0,
        different: positives < 1 && !partners.onlyImpostors,
      });
      if (problem !== null) refusePool(problem);
      const quota = openQuota(counts, positives);
      const order = draw();
      const [partnered, alone] = lefts(pool).map((places) => order.shuffle(places)) as [Int32Array, Int32Array];
      const batch = (index: number): PairRows => {
        const { from, to, first, last, positives: same } = quota.batch(index, batchSize);
        const random = draw(index + 1);
        const rows = {
          left: new Int32Array(to - from),
          right: new Int32Array(to - from),
          target: new Float32Array(to - from),
        };
        rows.target.fill(1, 0, same);
        for (let row = 0; row < to - from; row++) {
          const place = row < last - first ? partnered[first + row]! : alone[from - last + row]!;
          rows.left[row] = pool.members[place]!;
          rows.right[row] = row < same ? partners.same(place, random) : partners.different(place, random);
        }
        return rows;
      };
      return { count: Math.ceil(quota.rows / batchSize), batch };
    },
  }),
});

/** Rows of one batch, as places in the two shuffled lists of lefts. */
interface Quota {
  readonly from: number;
  readonly to: number;
  /** Of the items that share their group: first..last. The others of the batch are alone in theirs. */
  readonly first: number;
  readonly last: number;
  readonly positives: number;
}

/** How an epoch's rows, lefts with a partner and positives are dealt out to batches: from counts alone. */
function openQuota(
  { items, partnered }: GroupPairs,
  share: number,
): { readonly rows: number; batch(index: number, size: number): Quota } {
  const rows = share === 1 ? partnered : items; // an item that can only be a negative has no place among positives
  return {
    rows,
    batch(index, size) {
      const from = index * size;
      const to = Math.min(rows, from + size);
      const first = Math.floor((from * partnered) / rows);
      const last = Math.floor((to * partnered) / rows);
      return {
        from,
        to,
        first,
        last,
        positives: Math.min(Math.round(share * to) - Math.round(share * from), last - first),
      };
    },
  };
}

/** Places in `members` of items that share their group with others, and of those that are alone. */
function lefts({ members, groups, offsets }: Pool): readonly [partnered: Int32Array, alone: Int32Array] {
  const size = (place: number): number => offsets[groups[members[place]!]! + 1]! - offsets[groups[members[place]!]!]!;
  const places = members.map((_, place) => place);
  return [places.filter((place) => size(place) > 1), places.filter((place) => size(place) === 1)];
}
