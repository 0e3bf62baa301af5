import type { PairTable } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { isSame } from '../data/same.js';

/** Who asks for whom. Places count from 0 in the gallery. */
export interface Asking {
  /** Left rows. */
  readonly queries: Int32Array;
  /** Right rows, ascending. */
  readonly gallery: Int32Array;
  /** Sets the places that a query should find to 1; how many there are. */
  mark(query: number, marks: Uint8Array): number;
  /** Place of the query itself, which it never finds; -1: it is not in the gallery. */
  itself(query: number): number;
}

/**
 * Groups: each item whose group has another member asks for these among all items, those without a group too. Given
 * pairs: each left item of a positive pair asks for its rights among the right items of all pairs.
 */
export function askingOf(items: ItemSet): Asking {
  if (items.pairs) return askByPairs(items.pairs, items.left === items.right);
  return askByGroups(items.groups ?? new Int32Array());
}

function askByGroups(groups: Int32Array): Asking {
  const members = new Map<number, number[]>();
  groups.forEach((group, row) => {
    const others = members.get(group);
    if (others) others.push(row);
    else members.set(group, [row]);
  });
  const rows = groups.map((_, row) => row);
  return {
    queries: rows.filter((row) => groups[row]! >= 0 && members.get(groups[row]!)!.length > 1),
    gallery: rows,
    mark(query, marks) {
      const relevant = members.get(groups[query]!)!;
      for (const row of relevant) marks[row] = 1;
      marks[query] = 0;
      return relevant.length - 1;
    },
    itself: (query) => query,
  };
}

/** `shared`: left and right are one table, so that a row may stand on both sides. */
function askByPairs(pairs: PairTable, shared: boolean): Asking {
  const gallery = Int32Array.from(new Set(pairs.right)).sort();
  const places = new Map<number, number>();
  gallery.forEach((row, place) => {
    places.set(row, place);
  });
  const relevant = new Map<number, Set<number>>();
  pairs.left.forEach((left, i) => {
    const right = pairs.right[i]!;
    if (!isSame(pairs, i) || (shared && left === right)) return;
    const known = relevant.get(left);
    if (known) known.add(places.get(right)!);
    else relevant.set(left, new Set([places.get(right)!]));
  });
  return {
    queries: Int32Array.from(relevant.keys()).sort(),
    gallery,
    mark(query, marks) {
      const wanted = relevant.get(query)!;
      for (const place of wanted) marks[place] = 1;
      return wanted.size;
    },
    itself: (query) => (shared ? (places.get(query) ?? -1) : -1),
  };
}
