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
  /** Marks the places that a query should find, and those that it never meets (itself); how many it should find. */
  mark(query: number, marks: Uint8Array): number;
}

/** What a question needs of the items beyond the part that is evaluated. */
export interface Asked {
  readonly question: Question;
  /** Right rows that training alone knows: they stand behind those of the part. */
  readonly beyond: number;
  /** Right rows that training has told this left row to be its match. */
  readonly trainedWith: (query: number) => readonly number[];
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
    mark(query, marks) {
      let relevant = 0;
      for (const row of members.get(groups[query]!)!) {
        const wanted = row !== query && apart(row, query);
        marks[row] = wanted ? mark.relevant : mark.leftOut;
        relevant += Number(wanted);
      }
      return relevant;
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
    mark(query, marks) {
      for (const row of leftOut(query)) {
        const place = places.get(row);
        if (place !== undefined) marks[place] = mark.leftOut;
      }
      const wanted = relevant.get(query)!;
      for (const place of wanted) marks[place] = mark.relevant; // also where training knew the pair: it is asked for
      return wanted.size;
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
