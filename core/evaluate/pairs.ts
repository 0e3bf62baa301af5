import { createHash } from 'node:crypto';
import type { Draw, PairTable, TripletTable } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { countSame } from '../data/same.js';
import { permutation } from '../random/index.js';
import { type PairSpace, pairSpaces } from './pair-space.js';

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

/**
 * all: every unordered pair of items that have a group, and every member beside the impostors of its group. balanced:
 * as many same as different ones, each kind drawn uniformly without repetition. given: those of the data; of a triplet
 * two.
 * Errors: none; a set without the pairs that are asked for gives an empty table.
 */
export function choosePairs(items: ItemSet, choice: PairChoice, draw: Draw): EvaluationPairs {
  const table = tableOf(items, choice, draw);
  return { ...table, positives: countSame(table), hash: hashPairs(items, table) };
}

function tableOf(items: ItemSet, { type, count }: PairChoice, draw: Draw): PairTable {
  if (type === 'given') return items.pairs ?? ofTriplets(items.triplets);
  const { same, different } = pairSpaces(items.groups ?? new Int32Array(), items.impostorOf);
  if (type === 'all') return listed([every(same), every(different)]);
  const wanted = Math.min(Math.floor(count / 2), same.size, different.size);
  return listed([drawn(same, wanted, draw), drawn(different, wanted, draw)]);
}

interface Chosen {
  readonly count: number;
  readonly pair: (i: number) => readonly [left: number, right: number];
}
const every = (space: PairSpace): Chosen => ({ count: space.size, pair: (i) => space.at(i) });

/** The first places of a random order of all. */
function drawn(space: PairSpace, count: number, draw: Draw): Chosen {
  if (count === 0) return { count, pair: (i) => space.at(i) };
  const order = permutation(space.size, draw);
  return { count, pair: (i) => space.at(order(i)) };
}

/** Same pairs, then different ones, straight into arrays: there may be many millions. */
function listed([same, different]: readonly [Chosen, Chosen]): PairTable {
  const size = same.count + different.count;
  const table = {
    left: new Int32Array(size),
    right: new Int32Array(size),
    target: new Float32Array(size),
    weight: null,
  };
  table.target.fill(1, 0, same.count);
  for (let i = 0; i < size; i++) {
    const [left, right] = i < same.count ? same.pair(i) : different.pair(i - same.count);
    table.left[i] = left;
    table.right[i] = right;
  }
  return table;
}

/** Anchor and positive are the same, anchor and negative different. */
function ofTriplets(triplets: TripletTable | null): PairTable {
  const { anchor, positive, negative } = triplets ?? nothing;
  const size = anchor.length;
  const table = {
    left: new Int32Array(2 * size),
    right: new Int32Array(2 * size),
    target: new Float32Array(2 * size),
    weight: null,
  };
  for (const [start, right, target] of [
    [0, positive, 1],
    [size, negative, 0],
  ] as const) {
    table.left.set(anchor, start);
    table.right.set(right, start);
    table.target.fill(target, start, start + size);
  }
  return table;
}

const nothing: TripletTable = { anchor: new Int32Array(), positive: new Int32Array(), negative: new Int32Array() };

function hashPairs(items: ItemSet, table: PairTable): string {
  const hash = createHash('sha256');
  table.left.forEach((left, i) => {
    hash.update(`${items.left.key(left)}\n${items.right.key(table.right[i]!)}\n${table.target[i]}\n`);
  });
  return hash.digest('hex');
}
