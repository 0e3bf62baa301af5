import { createHash } from 'node:crypto';
import type { Part3 } from '../contract/index.js';
import { type ItemSet, type Selection, sidesOf } from './item-set.js';
import { countShared, hashRelations, type Ledger, proveDisjoint, relationKeys } from './ledger.js';

type PerPart<T> = Readonly<Record<Part3, T>>;
const names = ['train', 'validation', 'test'] as const;

/** From so many items on nothing is held for each but a number of 64 bits. */
export const MANY = 500_000;
/** Items gathered at a time. */
const BLOCK = 8192;

/**
 * The ledger of very many items. Its hash of a part's content is over blocks of keys and values; equal values are told by
 * 64 bits of a hash, by which two of ten million differ wrongly once in 370,000 times; items stand in several parts where
 * their rows do, keys being unique. Errors: PLUGIN_FAILED when the split mixed what it declares to be disjoint.
 */
export function keepLargeLedger(
  parts: PerPart<ItemSet | null>,
  selections: PerPart<Selection>,
  disjoint: Ledger['disjoint'],
): Ledger {
  const contents = mapParts((part) => (parts[part] === null ? null : hashLarge(parts[part])));
  const groupsOf = (items: ItemSet | null) => items?.groups?.filter((group) => group >= 0) ?? [];
  const overlap = {
    items: sharedRows(selections),
    groups: countShared(mapParts((part) => groupsOf(parts[part]))),
    pairs: countShared(mapParts((part) => (parts[part] === null ? [] : relationKeys(parts[part])))),
  };
  proveDisjoint(overlap, disjoint, 'data.split');
  return {
    sizes: mapParts((part) =>
      parts[part] === null ? 0 : sidesOf(parts[part]).reduce((sum, { side }) => sum + side.size, 0),
    ),
    pairs: mapParts((part) => parts[part]?.pairs?.left.length ?? parts[part]?.triplets?.anchor.length ?? 0),
    pairContent: mapParts((part) => (parts[part] === null ? null : hashRelations(parts[part]))),
    content: mapParts((part) => contents[part]?.total ?? null),
    overlap,
    duplicates: sharedDigests(names.flatMap((part) => contents[part]?.digests ?? [])),
    copies: null,
    disjoint,
  };
}

const mapParts = <T>(of: (part: Part3) => T): Record<Part3, T> => ({
  train: of('train'),
  validation: of('validation'),
  test: of('test'),
});

/** Rows of a table that stand in several parts. Two tables share their right one by design: it is not counted. */
function sharedRows(selections: PerPart<Selection>): number {
  const size = names.reduce((most, part) => Math.max(most, (selections[part].left.at(-1) ?? -1) + 1), 0);
  const met = new Uint8Array(size);
  for (const part of names) for (const row of selections[part].left) met[row]!++;
  return met.reduce((sum, times) => sum + Number(times > 1), 0);
}

interface LargeContents {
  readonly total: string;
  /** Of each item's values, in ascending order. */
  readonly digests: BigUint64Array;
}

function hashLarge(items: ItemSet): LargeContents {
  const total = createHash('sha256');
  const sides = sidesOf(items);
  const digests = new BigUint64Array(sides.reduce((sum, { side }) => sum + side.size, 0));
  let at = 0;
  for (const [salt, { name, side }] of sides.entries()) {
    for (let start = 0; start < side.size; start += BLOCK) {
      const rows = Int32Array.from({ length: Math.min(BLOCK, side.size - start) }, (_, i) => start + i);
      const into = new Uint32Array(digests.buffer, 8 * at, 2 * rows.length);
      total.update(Array.from(rows, (row) => `${name}${side.key(row)}\n`).join(''));
      for (const values of Object.values(side.gather(rows))) {
        total.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
        mix(values, into, salt);
      }
      at += rows.length;
    }
  }
  return { total: total.digest('hex'), digests: digests.sort() };
}

/** Adds the values of each row to its two 32-bit hashes. Source: the mixing of MurmurHash3, with two seeds. */
function mix(values: Float32Array | Int32Array, into: Uint32Array, salt: number): void {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  const count = into.length / 2;
  const width = words.length / count;
  for (let row = 0, place = 0; row < count; row++) {
    let low = into[2 * row]! ^ (salt + width);
    let high = into[2 * row + 1]! ^ Math.imul(salt + width, 0x9e3779b1);
    for (let i = 0; i < width; i++) {
      const word = words[place++]!;
      low = turn(low ^ Math.imul(word, 0xcc9e2d51));
      high = turn(high ^ Math.imul(word ^ low, 0x1b873593));
    }
    into[2 * row] = low;
    into[2 * row + 1] = high;
  }
}

function turn(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
}

/** Values that stand in several of the ascending lists, counted once each. */
function sharedDigests(lists: readonly BigUint64Array[]): number {
  const places = lists.map(() => 0);
  let shared = 0;
  for (;;) {
    let least: bigint | null = null;
    lists.forEach((list, i) => {
      const value = list[places[i]!];
      if (value !== undefined && (least === null || value < least)) least = value;
    });
    if (least === null) return shared;
    let parts = 0;
    lists.forEach((list, i) => {
      if (list[places[i]!] === least) parts++;
      while (list[places[i]!] === least) places[i]!++;
    });
    if (parts > 1) shared++;
  }
}
