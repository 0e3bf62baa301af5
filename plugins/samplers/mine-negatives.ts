import type { Draw, Embedded, Pool } from '../../core/contract/index.js';

/** Ranks of negatives, from 1, the nearest one; both ends are taken. */
export type Ranks = readonly [first: number, last: number];

/** Items that ask at a time: bounds the lists of neighbours that are held. */
const BLOCK = 256;
/** Neighbours asked for at first, at most: of a large group few crowd around each item, it is hoped. */
const CROWD = 512;

/**
 * For each item of a group the members of other groups that lie nearest to it, those of the given ranks among them;
 * impostors, and items without a group, are no such negatives. Exact: where members of its own group crowd around an item,
 * more neighbours are asked for, until there are enough negatives.
 * -> [size, last - first + 1] rows of the pool, nearest first; -1 where there are not as many, or the item has no group.
 */
export function mineNegatives(pool: Pool, embedded: Embedded, [first, last]: Ranks): Int32Array {
  const mined = new Int32Array(pool.size * (last - first + 1)).fill(-1);
  for (let start = 0; start < pool.members.length; start += BLOCK) {
    fill(mined, pool.members.subarray(start, start + BLOCK), { pool, embedded, first, last });
  }
  return mined;
}

interface Mining {
  readonly pool: Pool;
  readonly embedded: Embedded;
  readonly first: number;
  readonly last: number;
}

function fill(mined: Int32Array, asked: Int32Array, { pool, embedded, first, last }: Mining): void {
  const { groups, size, offsets } = pool;
  const width = last - first + 1;
  let asking = asked;
  const sizes = asked.map((item) => offsets[groups[item]! + 1]! - offsets[groups[item]!]!);
  const crowd = Math.min(CROWD, sizes.reduce((most, own) => Math.max(most, own), 1) - 1);
  for (let count = Math.min(size - 1, last + crowd); asking.length > 0; count = Math.min(size - 1, 4 * count)) {
    const { rows } = embedded.neighbours(asking, count);
    asking = asking.filter((item, i) => {
      const near = rows.subarray(i * count, (i + 1) * count);
      const negatives = near.filter((row) => row >= 0 && groups[row]! >= 0 && groups[row] !== groups[item]);
      if (negatives.length < last && count < size - 1) return true;
      mined.set(negatives.subarray(first - 1, last), item * width);
      return false;
    });
  }
}

/** One of the mined negatives of an item, uniformly; null where it has none. */
export function drawMined(
  mined: Int32Array,
  { row, width }: { readonly row: number; readonly width: number },
  random: Draw,
): number | null {
  const own = mined.subarray(row * width, (row + 1) * width);
  const end = own.indexOf(-1);
  const count = end < 0 ? width : end;
  return count === 0 ? null : own[random.below(count)]!;
}
