import type { Draw } from '../../core/contract/index.js';

/** Rows of one episode, by the order of its groups. */
export interface Episode {
  readonly shots: readonly (readonly number[])[];
  readonly queries: readonly (readonly number[])[];
}

interface Sizes {
  readonly ways: number;
  readonly shots: number;
  readonly queries: number;
}

/** Groups, by their rows, that may meet in an episode. */
export type GroupPool = readonly (readonly number[])[];

/**
 * The pools of which an episode draws one: all groups, or those of one value of the column (by a group's first item).
 * Groups too small for an episode are left out, and pools of fewer than `ways` groups.
 */
export function groupPools(groups: Int32Array, column: Int32Array | null, { ways, shots }: Sizes): GroupPool[] {
  const members = new Map<number, number[]>();
  groups.forEach((group, row) => {
    if (group < 0) return;
    const rows = members.get(group);
    if (rows) rows.push(row);
    else members.set(group, [row]);
  });
  const pools = new Map<number, number[][]>();
  for (const rows of members.values()) {
    if (rows.length <= shots) continue;
    const value = column?.[rows[0]!] ?? 0;
    if (value < 0) continue;
    const pool = pools.get(value);
    if (pool) pool.push(rows);
    else pools.set(value, [rows]);
  }
  return [...pools.values()].filter((pool) => pool.length >= ways);
}

/** A pool, `ways` of its groups, and of each its examples and queries; all drawn uniformly, nothing twice. */
export function drawEpisode(pools: readonly GroupPool[], { ways, shots, queries }: Sizes, draw: Draw): Episode {
  const pool = pools[draw.below(pools.length)]!;
  const drawn = Array.from(draw.sample(ways, pool.length), (group) => {
    const rows = pool[group]!;
    return Array.from(draw.sample(Math.min(rows.length, shots + queries), rows.length), (i) => rows[i]!);
  });
  return { shots: drawn.map((rows) => rows.slice(0, shots)), queries: drawn.map((rows) => rows.slice(shots)) };
}
