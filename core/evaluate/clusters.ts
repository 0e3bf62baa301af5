import type { ItemSet } from '../data/item-set.js';

/**
 * What the bootstrap draws: groups, an item without one by itself. Impostors are drawn with the group that they are
 * impostors of. Without groups each item is drawn by itself, of two tables each side apart.
 */
export interface Clusters {
  /** Cluster of each left row, from 0. */
  readonly left: Int32Array;
  /** The same array where left and right are one table. */
  readonly right: Int32Array;
  readonly leftCount: number;
  readonly rightCount: number;
}

export function clustersOf(items: ItemSet): Clusters {
  const left = numbered(items.left.size, items.groups, items.impostorOf);
  if (items.left === items.right) return { ...both(left), right: left.of, rightCount: left.count };
  const right = numbered(items.right.size, null, null);
  return { ...both(left), right: right.of, rightCount: right.count };
}

interface Numbered {
  readonly of: Int32Array;
  readonly count: number;
}
const both = ({ of, count }: Numbered): Pick<Clusters, 'left' | 'leftCount'> => ({ left: of, leftCount: count });

function numbered(size: number, groups: Int32Array | null, impostorOf: Int32Array | null): Numbered {
  const known = new Map<number, number>();
  let count = 0;
  const of = new Int32Array(size);
  for (let row = 0; row < size; row++) {
    const group = Math.max(groups?.[row] ?? -1, impostorOf?.[row] ?? -1);
    const before = group < 0 ? undefined : known.get(group);
    if (before === undefined && group >= 0) known.set(group, count);
    of[row] = before ?? count++;
  }
  return { of, count };
}
