import type { PairRows, Pool } from '../contract/index.js';
import { isSame } from '../data/same.js';

/** Which right items are known to match a left item, and how often each right item is drawn. */
export interface KnownMatches {
  /** [pairs, pairs] of 0 and 1: whether left i and right j match. */
  matrix(rows: PairRows): Float32Array;
  /** [pairs]: log of the share of the given pairs in which right j stands; 0 where no pairs are given. */
  logFrequency(rows: PairRows): Float32Array;
}

/**
 * From the groups, and from the given pairs with target 1. `shared`: left and right are one table; then pairs match in
 * both directions, and a row matches itself. Indexed when first asked for: most losses never do.
 */
export function knownMatches(pool: Pool, shared: boolean): KnownMatches {
  let indexed: Indexed | null = null;
  const index = (): Indexed => {
    indexed ??= indexPairs(pool, shared);
    return indexed;
  };
  return {
    matrix: (rows) => fillMatrix(rows, { ...index(), groups: pool.groups, shared }),
    logFrequency: (rows) => Float32Array.from(rows.right, (right) => logShare(pool, index().times.get(right))),
  };
}

/** An item that stands in no given pair counts as if it stood in one. */
const logShare = ({ pairs }: Pool, times = 1): number => (pairs ? Math.log(times / pairs.left.length) : 0);

interface Indexed {
  /** Right rows that each left row is given as the same with. */
  readonly partners: ReadonlyMap<number, ReadonlySet<number>>;
  /** Given pairs in which each right row stands. */
  readonly times: ReadonlyMap<number, number>;
}

function indexPairs({ pairs }: Pool, shared: boolean): Indexed {
  const partners = new Map<number, Set<number>>();
  const times = new Map<number, number>();
  const meet = (left: number, right: number): void => {
    const known = partners.get(left);
    if (known) known.add(right);
    else partners.set(left, new Set([right]));
  };
  pairs?.left.forEach((left, i) => {
    const right = pairs.right[i]!;
    times.set(right, (times.get(right) ?? 0) + 1);
    if (!isSame(pairs, i)) return;
    meet(left, right);
    if (shared) meet(right, left);
  });
  return { partners, times };
}

interface Matching extends Indexed {
  readonly groups: Int32Array;
  readonly shared: boolean;
}

function fillMatrix({ left, right }: PairRows, { partners, groups, shared }: Matching): Float32Array {
  const count = left.length;
  const matrix = new Float32Array(count * count);
  const columns = placesOf(right);
  const mark = (i: number, row: number): void => {
    for (const j of columns.get(row) ?? []) matrix[i * count + j] = 1;
  };
  for (let i = 0; i < count; i++) {
    const row = left[i]!;
    const known = partners.get(row);
    if (known) for (const other of fewer(known, columns)) if (known.has(other)) mark(i, other);
    if (!shared) continue;
    mark(i, row);
    const group = groups[row]!;
    if (group >= 0) for (let j = 0; j < count; j++) if (groups[right[j]!] === group) matrix[i * count + j] = 1;
  }
  return matrix;
}

/** What both know is in the smaller of the two. */
const fewer = (a: ReadonlySet<number>, b: ReadonlyMap<number, unknown>): Iterable<number> =>
  a.size < b.size ? a : b.keys();

function placesOf(rows: Int32Array): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  rows.forEach((row, place) => {
    const known = places.get(row);
    if (known) known.push(place);
    else places.set(row, [place]);
  });
  return places;
}
