import type { PairTable, TripletTable } from '../contract/index.js';
import { countSame } from './same.js';

/** Number of members of each group that has any, in order of their codes. */
export function groupSizes(groups: Int32Array): Int32Array {
  const sizes = new Map<number, number>();
  for (const group of groups) if (group >= 0) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return Int32Array.from([...sizes].sort(([a], [b]) => a - b).map(([, size]) => size));
}

/** How many members of each group have each value, groups and values in order of their codes. */
export function valueSizes(groups: Int32Array, values: Int32Array): Int32Array[] {
  const members = new Map<number, number[]>();
  groups.forEach((group, row) => {
    if (group < 0) return;
    const known = members.get(group);
    if (known)
      known.push(values[row]! + 1); // -1, no value, is one of its own
    else members.set(group, [values[row]! + 1]);
  });
  return [...members].sort(([a], [b]) => a - b).map(([, own]) => groupSizes(Int32Array.from(own)));
}

/** Groups of a part that is evaluated, with what can be paired by them. */
export interface GroupCounts {
  readonly sizes: Int32Array;
  /** Pairs of a member and an impostor of its group. */
  readonly impostorPairs: number;
}

export function countGroups(groups: Int32Array, impostorOf: Int32Array | null): GroupCounts {
  const members = new Map<number, number>();
  for (const group of groups) if (group >= 0) members.set(group, (members.get(group) ?? 0) + 1);
  let impostorPairs = 0;
  for (const group of impostorOf ?? []) if (group >= 0) impostorPairs += members.get(group) ?? 0;
  return { sizes: groupSizes(groups), impostorPairs };
}

/** Given pairs, those of target 1, given triplets. */
export function relationCounts({
  pairs,
  triplets,
}: {
  readonly pairs: PairTable | null;
  readonly triplets: TripletTable | null;
}): {
  readonly pairs: number;
  readonly positives: number;
  readonly triplets: number;
} {
  return {
    pairs: pairs?.left.length ?? 0,
    positives: pairs ? countSame(pairs) : 0,
    triplets: triplets?.anchor.length ?? 0,
  };
}

/** What a part has that could be measured, from counts alone. */
export interface PartCounts extends ReturnType<typeof relationCounts> {
  readonly items: number;
  readonly groups: GroupCounts;
}
