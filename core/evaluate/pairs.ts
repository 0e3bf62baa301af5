import { createHash } from 'node:crypto';
import type { Draw, PairTable } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';

/** The pairs that verification counts: drawn once from the seed, the same for every model. */
export interface EvaluationPairs extends PairTable {
  /** Pairs with target 1. */
  readonly positives: number;
  /** sha256 over the pairs' keys and targets. */
  readonly hash: string;
}
export interface PairChoice {
  readonly type: 'all' | 'balanced' | 'given';
  /** At most this many; for `all` and `given` only the pairs' own number counts. */
  readonly count: number;
}

/** Errors: none; a set without the pairs that are asked for gives an empty table. */
export function choosePairs(items: ItemSet, choice: PairChoice, draw: Draw): EvaluationPairs {
  const table = choice.type === 'given' ? given(items) : choice.type === 'all' ? all(items) : balanced(items, choice.count, draw);
  return { ...table, positives: table.target.reduce((sum, target) => sum + Number(target >= 0.5), 0), hash: hashPairs(items, table) };
}

function given(items: ItemSet): PairTable {
  if (items.pairs) return items.pairs;
  if (!items.triplets) return tableOf([]);
  const { anchor, positive, negative } = items.triplets;
  return tableOf([...anchor].flatMap((a, i): Row[] => [[a, positive[i]!, 1], [a, negative[i]!, 0]]));
}

type Row = readonly [left: number, right: number, target: number];
const tableOf = (rows: readonly Row[]): PairTable => ({
  left: Int32Array.from(rows, (row) => row[0]),
  right: Int32Array.from(rows, (row) => row[1]),
  target: Float32Array.from(rows, (row) => row[2]),
  weight: null,
});

/** Every unordered pair of items that have a group, straight into arrays: there may be many millions. */
function all(items: ItemSet): PairTable {
  const members = grouped(items);
  const count = pairCount(members.length);
  const [left, right, target] = [new Int32Array(count), new Int32Array(count), new Float32Array(count)];
  let at = 0;
  for (let i = 0; i < members.length; i++) {
    for (let j = i + 1; j < members.length; j++) {
      left[at] = members[i]!;
      right[at] = members[j]!;
      target[at++] = Number(items.groups![members[i]!] === items.groups![members[j]!]);
    }
  }
  return { left, right, target, weight: null };
}

const grouped = (items: ItemSet): number[] =>
  [...(items.groups ?? [])].flatMap((group, row) => (group >= 0 ? [row] : []));

/** Half same and half different pairs, each kind drawn uniformly without repetition; all of a kind that has fewer. */
function balanced(items: ItemSet, count: number, draw: Draw): PairTable {
  const members = grouped(items);
  const byGroup = new Map<number, number[]>();
  for (const row of members) byGroup.set(items.groups![row]!, [...(byGroup.get(items.groups![row]!) ?? []), row]);
  const groups = [...byGroup.values()];
  const half = Math.floor(count / 2);
  const same = groups.reduce((sum, rows) => sum + pairCount(rows.length), 0);
  const different = pairCount(members.length) - same;
  const wanted = Math.min(half, same, different);
  return tableOf([...drawSame(groups, Math.min(wanted, same), draw), ...drawDifferent(items, members, { wanted, different }, draw)]);
}

/** Unordered pairs of so many items. */
export const pairCount = (size: number): number => (size * (size - 1)) / 2;

function drawSame(groups: readonly (readonly number[])[], wanted: number, draw: Draw): Row[] {
  const ends: number[] = [];
  for (const rows of groups) ends.push((ends.at(-1) ?? 0) + pairCount(rows.length));
  return distinctNumbers(wanted, ends.at(-1) ?? 0, draw).map((number): Row => {
    const g = ends.findIndex((end) => number < end);
    const [i, j] = unrank(number - (g === 0 ? 0 : ends[g - 1]!));
    return [groups[g]![i]!, groups[g]![j]!, 1];
  });
}

function drawDifferent(items: ItemSet, members: readonly number[], how: { readonly wanted: number; readonly different: number }, draw: Draw): Row[] {
  const total = pairCount(members.length);
  const isDifferent = (number: number): boolean => {
    const [i, j] = unrank(number);
    return items.groups![members[i]!] !== items.groups![members[j]!];
  };
  // Few different pairs among many same ones: rejection would be slow, so they are listed.
  const numbers =
    how.different * 20 < total
      ? [...draw.shuffle(Int32Array.from(listNumbers(total).filter(isDifferent)))].slice(0, how.wanted)
      : distinctNumbers(how.wanted, total, draw, isDifferent);
  return numbers.map((number): Row => {
    const [i, j] = unrank(number);
    return [members[i]!, members[j]!, 0];
  });
}

const listNumbers = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

/** Pair number -> (i, j) with j < i: 0 is (1, 0), 1 is (2, 0), 2 is (2, 1), ... */
function unrank(number: number): readonly [number, number] {
  let i = Math.floor((1 + Math.sqrt(1 + 8 * number)) / 2);
  if (pairCount(i) > number) i--; // the square root may be rounded up
  return [i, number - pairCount(i)];
}

/** Different numbers below `bound` (up to 2^53) that satisfy `accept`, in random order. */
function distinctNumbers(wanted: number, bound: number, draw: Draw, accept: (number: number) => boolean = () => true): number[] {
  if (wanted * 3 > bound) return [...draw.shuffle(Int32Array.from(listNumbers(bound).filter(accept)))].slice(0, wanted);
  const seen = new Set<number>();
  while (seen.size < wanted) {
    const number = bound <= 2 ** 32 ? draw.below(bound) : Math.floor(draw.uniform() * bound + draw.uniform());
    if (number < bound && accept(number)) seen.add(number);
  }
  return [...seen];
}

function hashPairs(items: ItemSet, table: PairTable): string {
  const hash = createHash('sha256');
  table.left.forEach((left, i) => {
    hash.update(`${items.left.key(left)}\n${items.right.key(table.right[i]!)}\n${table.target[i]}\n`);
  });
  return hash.digest('hex');
}
