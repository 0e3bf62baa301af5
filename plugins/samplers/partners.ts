import type { Draw, Pool } from '../../core/contract/index.js';
import { countCrossPairs, countGroupPairs, type GroupPairs, sizesOf } from './group-pairs.js';
import { listImpostors } from './impostors.js';
import { runsOfValues, type ValueRuns, valueSizesOf } from './values.js';

/** Who may stand beside an item. `place`: where the item stands in `members`. Both draws answer with a row. */
export interface Partners {
  /** Items that have a group, group by group. */
  readonly members: Int32Array;
  readonly counts: GroupPairs;
  /** Whether it has a positive at all. */
  hasSame(place: number): boolean;
  /** Uniform over the members of its group that may be its positives; it must have some. */
  same(place: number, random: Draw): number;
  /** With the given probability an impostor of its group, if it has any; else of the chosen or all other groups. */
  different(place: number, random: Draw): number;
  /** There is one group, and it has impostors to be told from. */
  readonly onlyImpostors: boolean;
}

export interface PartnerSettings {
  /** Share of the negatives that are impostors of the item's own group, where it has any. */
  readonly impostors: number;
  /** Codes by which a positive must differ; null: any other member of the group is one. */
  readonly across: Int32Array | null;
  /** Draws a negative of a row that is no impostor; null: uniform over the members of other groups. Absent: always so. */
  readonly choose?: (row: number, random: Draw) => number | null;
}

export function openPartners(pool: Pool, { impostors, across, choose }: PartnerSettings): Partners {
  const { offsets, groups } = pool;
  const runs = across && runsOfValues(pool, across);
  const members = runs?.members ?? pool.members;
  const forged = listImpostors(pool.impostorOf);
  // What is stepped over when a positive is drawn: those of its own value, or the item alone.
  const stepped = (place: number): number => (runs ? runs.end[place]! - runs.start[place]! : 1);
  const sizeOf = (place: number): number => offsets[groups[members[place]!]! + 1]! - offsets[groups[members[place]!]!]!;
  return {
    members,
    counts: countsOf(pool, runs),
    hasSame: (place) => sizeOf(place) > stepped(place),
    onlyImpostors: impostors > 0 && members.length > 0 && forged.has(groups[members[0]!]!),
    same(place, random) {
      const other = offsets[groups[members[place]!]!]! + random.below(sizeOf(place) - stepped(place));
      return members[other < (runs ? runs.start[place]! : place) ? other : other + stepped(place)]!;
    },
    different(place, random) {
      const group = groups[members[place]!]!;
      const start = offsets[group]!;
      const size = offsets[group + 1]! - start;
      const own = forged.get(group);
      if (own && (size === members.length || random.uniform() < impostors)) return own[random.below(own.length)]!;
      const chosen = choose?.(members[place]!, random) ?? null;
      if (chosen !== null) return chosen;
      const other = random.below(members.length - size);
      return members[other < start ? other : other + size]!; // the group of the item is stepped over
    },
  };
}

const countsOf = (pool: Pool, runs: ValueRuns | null): GroupPairs =>
  runs ? countCrossPairs(valueSizesOf(pool, runs)) : countGroupPairs(sizesOf(pool.offsets));
