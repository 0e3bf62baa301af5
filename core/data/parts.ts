import type { Assignment, PairTable, Part3, TripletTable } from '../contract/index.js';
import { fail } from '../problem/index.js';
import type { Selection } from './item-set.js';

/** Rows of a whole data set, without its values: what a split divides. */
export interface Divisible {
  readonly size: number;
  readonly rightSize: number;
  readonly shared: boolean;
  readonly pairs: PairTable | null;
  readonly triplets: TripletTable | null;
}

/**
 * The rows of one part when the split assigned items. Given pairs and triplets belong to a part when all their items
 * do; of two tables the left one is divided, and every right item may stand in any part.
 */
export function partOfItems(data: Divisible, assigned: readonly Assignment[], part: Part3): Selection {
  const { pairs, triplets, shared } = data;
  const inside = (row: number): boolean => assigned[row] === part;
  const left = Int32Array.from(range(data.size).filter(inside));
  return {
    left,
    right: shared ? left : Int32Array.from(range(data.rightSize)),
    pairs: pairs && choosePairs(pairs, (i) => inside(pairs.left[i]!) && (!shared || inside(pairs.right[i]!))),
    triplets:
      triplets &&
      chooseTriplets(triplets, (i) =>
        [triplets.anchor, triplets.positive, triplets.negative].every((rows) => inside(rows[i]!)),
      ),
  };
}

/** The rows of one part when the split assigned pairs (or triplets): the items are those that its pairs name. */
export function partOfPairs(data: Divisible, assigned: readonly Assignment[], part: Part3): Selection {
  const inside = (i: number): boolean => assigned[i] === part;
  if (data.triplets) {
    const triplets = chooseTriplets(data.triplets, inside);
    const left = distinct([triplets.anchor, triplets.positive, triplets.negative]);
    return { left, right: left, pairs: null, triplets };
  }
  if (!data.pairs) fail('SPLIT', 'the split divides pairs, but the data has no given pairs');
  const pairs = choosePairs(data.pairs, inside);
  if (data.shared) {
    const left = distinct([pairs.left, pairs.right]);
    return { left, right: left, pairs, triplets: null };
  }
  return { left: distinct([pairs.left]), right: distinct([pairs.right]), pairs, triplets: null };
}

const range = (size: number): number[] => Array.from({ length: size }, (_, row) => row);

function distinct(lists: readonly Int32Array[]): Int32Array {
  return Int32Array.from(new Set(lists.flatMap((list) => [...list]))).sort();
}

function choosePairs(pairs: PairTable, inside: (pair: number) => boolean): PairTable {
  const rows = range(pairs.left.length).filter(inside);
  return {
    ...pairs,
    left: Int32Array.from(rows, (i) => pairs.left[i]!),
    right: Int32Array.from(rows, (i) => pairs.right[i]!),
    target: Float32Array.from(rows, (i) => pairs.target[i]!),
    weight: pairs.weight && Float32Array.from(rows, (i) => pairs.weight![i]!),
  };
}

function chooseTriplets(triplets: TripletTable, inside: (triplet: number) => boolean): TripletTable {
  const rows = range(triplets.anchor.length).filter(inside);
  return {
    anchor: Int32Array.from(rows, (i) => triplets.anchor[i]!),
    positive: Int32Array.from(rows, (i) => triplets.positive[i]!),
    negative: Int32Array.from(rows, (i) => triplets.negative[i]!),
  };
}
