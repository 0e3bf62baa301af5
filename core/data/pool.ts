import type { PairTable, Pool, TripletTable } from '../contract/index.js';

/** What a pool is made of: items that may meet, and how they are related. */
export interface PoolParts {
  readonly size: number;
  /** Rows of the right table; `size` when absent: left and right are one table. */
  readonly rightSize?: number;
  /** Whether left and right are one table. Absent: if they have as many rows, which two tables may have too. */
  readonly shared?: boolean;
  /** Group of each row, codes from 0, -1 = none. null: the data has no groups. */
  readonly groups: Int32Array | null;
  readonly impostorOf?: Int32Array | null;
  readonly pairs?: PairTable | null;
  readonly triplets?: TripletTable | null;
  readonly column?: (name: string) => Int32Array;
}

/**
 * The frozen pool of these items; members stand in the order of their rows.
 * Errors: a plain Error where lengths do not agree, or an impostor is also a member of a group.
 */
export function createPool(parts: PoolParts): Pool {
  const { size, impostorOf = null } = parts;
  const groups = parts.groups ?? new Int32Array(size).fill(-1);
  if (groups.length !== size) throw new Error(`a pool of ${size} items has ${groups.length} groups`);
  if (impostorOf) checkImpostors(impostorOf, groups);
  return Object.freeze({
    size,
    rightSize: parts.rightSize ?? size,
    shared: parts.shared ?? (parts.rightSize ?? size) === size,
    impostorOf,
    groups,
    ...indexMembers(groups),
    pairs: parts.pairs ?? null,
    triplets: parts.triplets ?? null,
    column: parts.column ?? noColumn,
  });
}

function noColumn(name: string): never {
  throw new Error(`this pool has no column "${name}"`);
}

function checkImpostors(impostorOf: Int32Array, groups: Int32Array): void {
  if (impostorOf.length !== groups.length) {
    throw new Error(`a pool of ${groups.length} items says of ${impostorOf.length} whether they are impostors`);
  }
  const row = impostorOf.findIndex((group, i) => group >= 0 && groups[i]! >= 0);
  if (row >= 0) throw new Error(`row ${row} of a pool is an impostor and also a member of group ${groups[row]}`);
}

/** Rows of each group as compressed sparse rows, members[offsets[g] .. offsets[g+1]]; rows without a group left out. */
function indexMembers(groups: Int32Array): Pick<Pool, 'offsets' | 'members'> {
  const count = groups.reduce((largest, group) => Math.max(largest, group), -1) + 1;
  const offsets = new Int32Array(count + 1);
  for (const group of groups) if (group >= 0) offsets[group + 1] = offsets[group + 1]! + 1;
  for (let group = 0; group < count; group++) offsets[group + 1] = offsets[group + 1]! + offsets[group]!;
  const members = new Int32Array(offsets[count]!);
  const next = offsets.slice();
  for (const [row, group] of groups.entries()) {
    if (group < 0) continue;
    const place = next[group]!;
    next[group] = place + 1;
    members[place] = row;
  }
  return { offsets, members };
}
