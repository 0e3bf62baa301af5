import type { PairTable, Question } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { isSame } from '../data/same.js';

/** What a place of the gallery is to a query. */
export const mark = { other: 0, relevant: 1, leftOut: 2 } as const;

/** Who asks for whom. Places count from 0 in the gallery. */
export interface Asking {
  /** Left rows. */
  readonly queries: Int32Array;
  /** Right rows, ascending. */
  readonly gallery: Int32Array;
  places(query: number): AskedPlaces;
}

/** Of one query; the two have nothing in common. */
export interface AskedPlaces {
  readonly relevant: readonly number[];
  /** Itself, and what the question leaves out. */
  readonly leftOut: readonly number[];
}

/** Marks what a query should find, and what it never meets; how many it should find. */
export function markPlaces({ relevant, leftOut }: AskedPlaces, marks: Uint8Array): number {
  for (const place of leftOut) marks[place] = mark.leftOut;
  for (const place of relevant) marks[place] = mark.relevant;
  return relevant.length;
}

/** What a question needs of the items beyond the part that is evaluated. */
export interface Asked {
  readonly question: Question;
  /** Right rows that training alone knows: they stand behind those of the part. */
  readonly beyond: number;
  /** Right rows that training has told this left row to be its match. */
  readonly trainedWith: (query: number) => readonly number[];
  /** Most queries that ask: of more, so many evenly over all. Absent: all. */
  readonly most?: number;
}

export const plainQuestion: Question = { gallery: 'part', exclude: 'none', across: null };
const plain: Asked = { question: plainQuestion, beyond: 0, trainedWith: () => [] };

/**
 * Groups: each item whose group has another member asks for these among all items, those without a group too. Given
 * pairs: each left item of a positive pair asks for its rights among the right items of all pairs, or, with
 * `gallery: right`, among every right item. `across`: an item of the query's group that has its value of the column too
 * is left out.
 */
export function askingOf(items: ItemSet, asked: Asked = plain): Asking {
  const asking = askAll(items, asked);
  const { most = Number.POSITIVE_INFINITY } = asked;
  const all = asking.queries;
  if (all.length <= most) return asking;
  return { ...asking, queries: Int32Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!) };
}

function askAll(items: ItemSet, asked: Asked): Asking {
  if (items.pairs) return askByPairs(items, items.pairs, asked);
  const { across } = asked.question;
  return askByGroups(items.groups ?? new Int32Array(), across === null ? null : items.column(across));
}

function askByGroups(groups: Int32Array, column: Int32Array | null): Asking {
  const members = new Map<number, number[]>();
  groups.forEach((group, row) => {
    const others = members.get(group);
    if (others) others.push(row);
    else members.set(group, [row]);
  });
  const rows = groups.map((_, row) => row);
  // a missing value is equal to none
  const apart = (a: number, b: number): boolean => column === null || column[a] !== column[b] || column[a]! < 0;
  const asks = (query: number): boolean =>
    groups[query]! >= 0 && members.get(groups[query]!)!.some((row) => row !== query && apart(row, query));
  return {
    queries: rows.filter(asks),
    gallery: rows,
    places(query) {
      const [relevant, leftOut]: [number[], number[]] = [[], []];
      for (const row of members.get(groups[query]!)!) {
        if (row !== query && apart(row, query)) relevant.push(row);
        else leftOut.push(row);
      }
      return { relevant, leftOut };
    },
  };
}

function askByPairs(items: ItemSet, pairs: PairTable, { question, beyond, trainedWith }: Asked): Asking {
  const shared = items.left === items.right;
  const gallery =
    question.gallery === 'right'
      ? Int32Array.from({ length: items.right.size + beyond }, (_, row) => row)
      : Int32Array.from(new Set(pairs.right)).sort();
  const places = new Map<number, number>();
  gallery.forEach((row, place) => {
    places.set(row, place);
  });
  const relevant = relevantPlaces(pairs, places, shared);
  const leftOut = (query: number): readonly number[] => [
    ...(shared ? [query] : []),
    ...(question.exclude === 'none' ? [] : trainedWith(query)),
  ];
  return {
    queries: Int32Array.from(relevant.keys()).sort(),
    gallery,
    places(query) {
      const wanted = relevant.get(query)!;
      const without = leftOut(query).flatMap((row) => places.get(row) ?? []);
      // what training knew of a pair that is asked for is asked for all the same
      return { relevant: [...wanted], leftOut: without.filter((place) => !wanted.has(place)) };
    },
  };
}

/** `shared`: left and right are one table, so that a row may stand on both sides. */
function relevantPlaces(
  pairs: PairTable,
  places: ReadonlyMap<number, number>,
  shared: boolean,
): ReadonlyMap<number, ReadonlySet<number>> {
  const relevant = new Map<number, Set<number>>();
  pairs.left.forEach((left, i) => {
    const right = pairs.right[i]!;
    if (!isSame(pairs, i) || (shared && left === right)) return;
    const known = relevant.get(left);
    if (known) known.add(places.get(right)!);
    else relevant.set(left, new Set([places.get(right)!]));
  });
  return relevant;
}
