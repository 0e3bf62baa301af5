/** Small pools of items for samplers, one for each thing that a sampler may read. */
import type { Pool, Relation, SamplerCounts } from '../../contract/index.js';
import { relationCounts } from '../../data/counts.js';
import { createPool } from '../../data/pool.js';

export interface NamedPool {
  readonly name: string;
  readonly pool: Pool;
  /** The smallest ones may be too small for a sampler: it must then say so. */
  readonly tiny: boolean;
}

/** Groups of 2 to 7 items (two items of none), the same with impostors, and a handful; given pairs, given triplets. */
export function poolsFor(relation: Relation): readonly NamedPool[] {
  if (relation === 'groups')
    return [
      named('groups', grouped()),
      named('groups with impostors', forged()),
      named('a handful of items', handful(), true),
    ];
  if (relation === 'pairs')
    return [named('given pairs', paired(true)), named('given pairs of two tables', paired(false))];
  return [named('given triplets', tripled())];
}

const named = (name: string, pool: Pool, tiny = false): NamedPool => ({ name, pool, tiny });

const sizes = Array.from({ length: 16 }, (_, group) => 2 + (group % 6));
const codes = Int32Array.from([...sizes.flatMap((size, group) => new Array<number>(size).fill(group)), -1, -1]);
const column = (): Int32Array => codes.map((group) => group % 4);

const grouped = (): Pool => createPool({ size: codes.length, groups: codes, column });
const handful = (): Pool =>
  createPool({ size: 6, groups: Int32Array.of(0, 0, 1, 1, 2, 2), column: () => Int32Array.of(0, 1, 0, 1, 0, 1) });

/** The last four members of the largest groups become forgeries of them. */
function forged(): Pool {
  const impostorOf = new Int32Array(codes.length).fill(-1);
  const groups = codes.slice();
  for (const group of [5, 11]) {
    const members = [...codes.keys()].filter((row) => codes[row] === group).slice(-2);
    for (const row of members) [impostorOf[row], groups[row]] = [group, -1];
  }
  return createPool({ size: codes.length, groups, impostorOf, column });
}

const ITEMS = 30;

/** Positives and others; no pair twice, none of an item with itself. */
function paired(shared: boolean): Pool {
  const left = Int32Array.from({ length: 40 }, (_, i) => i % ITEMS);
  const right = Int32Array.from(left, (row, i) => (row + 3 + 5 * Math.floor(i / ITEMS)) % (shared ? ITEMS : ITEMS - 5));
  const target = Float32Array.from(left, (_, i) => Number(i % 3 !== 0));
  return createPool({
    size: ITEMS,
    rightSize: shared ? ITEMS : ITEMS - 5,
    shared,
    groups: null,
    pairs: { left, right, target, weight: null },
    column: () => Int32Array.from({ length: ITEMS }, (_, row) => row % 4),
  });
}

function tripled(): Pool {
  const anchor = Int32Array.from({ length: 40 }, (_, i) => i % ITEMS);
  const at = (by: number): Int32Array => anchor.map((row, i) => (row + by + Math.floor(i / ITEMS)) % ITEMS);
  return createPool({
    size: ITEMS,
    groups: null,
    triplets: { anchor, positive: at(1), negative: at(9) },
    column: () => Int32Array.from({ length: ITEMS }, (_, row) => row % 4),
  });
}

/** What the core would tell the sampler of this pool before the run. */
export function countsOf(pool: Pool, batchSize: number): SamplerCounts {
  const groupSizes = Int32Array.from(pool.offsets.subarray(1), (end, group) => end - pool.offsets[group]!).filter(
    (size) => size > 0,
  );
  return { items: pool.size, rightItems: pool.rightSize, groupSizes, batchSize, ...relationCounts(pool) };
}
