import type { Draw, Pool } from '../../core/contract/index.js';

/** Who may stand beside an item. `place`: where the item stands in the pool's `members`. Both answer with a row. */
export interface Partners {
  /** Uniform over the other members of its group, which must have some. */
  same(place: number, random: Draw): number;
  /** With the given probability an impostor of its group, if it has any; else uniform over members of other groups. */
  different(place: number, random: Draw): number;
  /** There is one group, and it has impostors to be told from. */
  readonly onlyImpostors: boolean;
}

export function openPartners(pool: Pool, impostors: number): Partners {
  const { members, offsets, groups } = pool;
  const forged = listImpostors(pool.impostorOf);
  return {
    onlyImpostors: impostors > 0 && members.length > 0 && forged.has(groups[members[0]!]!),
    same(place, random) {
      const group = groups[members[place]!]!;
      const start = offsets[group]!;
      const other = start + random.below(offsets[group + 1]! - start - 1);
      return members[other < place ? other : other + 1]!; // the place of the item itself is stepped over
    },
    different(place, random) {
      const group = groups[members[place]!]!;
      const start = offsets[group]!;
      const size = offsets[group + 1]! - start;
      const own = forged.get(group);
      if (own && (size === members.length || random.uniform() < impostors)) return own[random.below(own.length)]!;
      const other = random.below(members.length - size);
      return members[other < start ? other : other + size]!; // the group of the item is stepped over
    },
  };
}

/** Impostors of each group that has any. */
function listImpostors(impostorOf: Int32Array | null): ReadonlyMap<number, readonly number[]> {
  const lists = new Map<number, number[]>();
  impostorOf?.forEach((group, row) => {
    if (group < 0) return;
    const list = lists.get(group) ?? [];
    list.push(row);
    lists.set(group, list);
  });
  return lists;
}
