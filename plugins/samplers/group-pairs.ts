import type { SamplerCounts } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';
import { pairCount } from '../../core/random/index.js';

/** What the sizes of groups say of the pairs that their members make. */
export interface GroupPairs {
  readonly groups: number;
  /** Items that have a group. */
  readonly items: number;
  /** Items that share their group with another. */
  readonly partnered: number;
  /** Unordered pairs, and those of one group. */
  readonly pairs: number;
  readonly same: number;
}

export function countGroupPairs(sizes: Iterable<number>): GroupPairs {
  const counts = { groups: 0, items: 0, partnered: 0, same: 0 };
  for (const size of sizes) {
    counts.groups += Number(size > 0);
    counts.items += size;
    counts.partnered += size > 1 ? size : 0;
    counts.same += pairCount(size);
  }
  return { ...counts, pairs: pairCount(counts.items) };
}

/**
 * The same where a positive must differ in a value: of each group how many items have each value. Of one group are then
 * only the pairs of different values, and partnered the items of groups with two values.
 */
export function countCrossPairs(valueSizes: Iterable<Int32Array>): GroupPairs {
  const counts = { groups: 0, items: 0, partnered: 0, same: 0 };
  for (const sizes of valueSizes) {
    const size = sizes.reduce((sum, one) => sum + one, 0);
    const crossing = pairCount(size) - sizes.reduce((sum, one) => sum + pairCount(one), 0);
    counts.groups += Number(size > 0);
    counts.items += size;
    counts.partnered += crossing > 0 ? size : 0;
    counts.same += crossing;
  }
  return { ...counts, pairs: pairCount(counts.items) };
}

/** Of the training part; `across`: the column in which the items of a positive must differ. */
export function countPairs({ groupSizes, valueSizes }: SamplerCounts, across: string | null): GroupPairs {
  return across === null || !valueSizes ? countGroupPairs(groupSizes) : countCrossPairs(valueSizes(across));
}

/** Of a stream only the groups are counted: then nothing is known of the values within them. */
export const isKnown = ({ valueSizes }: SamplerCounts, across: string | null): boolean =>
  across === null || valueSizes !== undefined;

/** Sizes of a pool's groups, by its offsets. */
export function* sizesOf(offsets: Int32Array): Generator<number> {
  for (let group = 1; group < offsets.length; group++) yield offsets[group]! - offsets[group - 1]!;
}

/** In words: why pairs of one group, or of different ones, cannot be drawn; null when all that are wanted can. */
export function missingPairs(
  counts: GroupPairs,
  wanted: { readonly same: boolean; readonly different: boolean; readonly across?: string | null },
): string | null {
  const { groups, items } = counts;
  if (groups === 0) return 'no item has a group, and pairs are told apart by comparing groups';
  if (wanted.same && counts.partnered === 0) {
    if (wanted.across) {
      return `no group has items that differ in "${wanted.across}", and positivesAcross asks for such positive pairs`;
    }
    return groups === 1
      ? 'the only group has a single item; a positive pair needs a group with two'
      : `all ${groups} groups are too small: each has a single item, and a positive pair needs a group with two`;
  }
  if (wanted.different && groups === 1) {
    return `all ${items} items are of one group; a negative pair needs at least two groups`;
  }
  return null;
}

/** Errors: SAMPLER, where a pool cannot give what the sampler must draw. */
export function refusePool(reason: string): never {
  fail('SAMPLER', reason, {
    hint: 'On a stream the items of one buffer meet: a larger data.shuffleBuffer brings more groups together.',
  });
}
