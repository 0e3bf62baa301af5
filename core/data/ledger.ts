import { createHash } from 'node:crypto';
import type { Part3 } from '../contract/index.js';
import { fail } from '../problem/index.js';
import type { ItemSet } from './item-set.js';

/** What stands in several parts, counted. */
export interface Overlap {
  readonly items: number;
  readonly groups: number;
  readonly pairs: number;
}

/** Which data a run saw, and the proof that its split kept apart what it declares to keep apart. */
export interface Ledger {
  readonly sizes: Readonly<Record<Part3, number>>;
  readonly pairs: Readonly<Record<Part3, number>>;
  /** sha256 over the items' keys and values, per part; null for the training part of a stream. */
  readonly content: Readonly<Record<Part3, string | null>>;
  readonly overlap: Overlap;
  /** Items of different parts with equal values but different keys. */
  readonly duplicates: number;
  /** What the split declares to be disjoint, here proven. */
  readonly disjoint: readonly ('items' | 'groups' | 'pairs')[];
}

type Parts = Readonly<Record<Part3, ItemSet | null>>;
const BLOCK = 1024;

/** The ledger of data in memory. Errors: PLUGIN_FAILED when the split mixed what it declares to be disjoint. */
export function keepLedger(parts: Parts, disjoint: Ledger['disjoint'], splitName: string): Ledger {
  const contents = mapParts(parts, (items) => hashItems(items));
  const overlap = {
    items: countShared(mapParts(parts, (items) => new Set(keysOf(items)))),
    groups: countShared(mapParts(parts, (items) => new Set([...(items.groups ?? [])].filter((group) => group >= 0)))),
    pairs: countShared(mapParts(parts, pairKeys)),
  };
  proveDisjoint(overlap, disjoint, splitName);
  return {
    sizes: mapParts(parts, (items) => items.left.size + (items.right === items.left ? 0 : items.right.size), 0),
    pairs: mapParts(parts, (items) => items.pairs?.left.length ?? items.triplets?.anchor.length ?? 0, 0),
    content: mapParts(parts, (_items, part) => contents[part]!.total, null),
    overlap,
    duplicates: Math.max(0, countShared(mapParts(parts, (_items, part) => new Set(contents[part]!.items))) - overlap.items),
    disjoint,
  };
}

export function proveDisjoint(overlap: Overlap, disjoint: Ledger['disjoint'], splitName: string): void {
  for (const what of disjoint) {
    if (overlap[what] === 0) continue;
    fail('PLUGIN_FAILED', `split ${splitName} declares its parts disjoint by ${what}, but ${overlap[what]} ${what} stand in several parts`);
  }
}

/** How many members stand in more than one set. */
function countShared<T>(sets: Readonly<Record<Part3, ReadonlySet<T> | null>>): number {
  const seen = new Map<T, number>();
  for (const set of Object.values(sets)) for (const member of set ?? []) seen.set(member, (seen.get(member) ?? 0) + 1);
  return [...seen.values()].filter((times) => times > 1).length;
}

function mapParts<T>(parts: Parts, each: (items: ItemSet, part: Part3) => T): Record<Part3, T | null>;
function mapParts<T, E>(parts: Parts, each: (items: ItemSet, part: Part3) => T, empty: E): Record<Part3, T | E>;
function mapParts<T>(parts: Parts, each: (items: ItemSet, part: Part3) => T, empty: T | null = null): Record<Part3, T | null> {
  const one = (part: Part3): T | null => (parts[part] === null ? empty : each(parts[part], part));
  return { train: one('train'), validation: one('validation'), test: one('test') };
}

function sidesOf(items: ItemSet): readonly (readonly [name: string, side: ItemSet['left']])[] {
  if (items.left === items.right) return [['', items.left]];
  return [['left ', items.left], ['right ', items.right]];
}

function keysOf(items: ItemSet): string[] {
  return sidesOf(items).flatMap(([name, side]) => Array.from({ length: side.size }, (_, row) => name + side.key(row)));
}

function pairKeys(items: ItemSet): ReadonlySet<string> {
  const { pairs } = items;
  if (!pairs) return new Set();
  return new Set(Array.from(pairs.left, (left, i) => `${items.left.key(left)}\n${items.right.key(pairs.right[i]!)}`));
}

/** One hash per item of its values, and one over all keys and values. */
function hashItems(items: ItemSet): { readonly total: string; readonly items: readonly string[] } {
  const total = createHash('sha256');
  const each: string[] = [];
  for (const [name, side] of sidesOf(items)) {
    for (let start = 0; start < side.size; start += BLOCK) {
      const rows = Int32Array.from({ length: Math.min(BLOCK, side.size - start) }, (_, i) => start + i);
      for (const [i, digest] of hashBlock(side, rows).entries()) {
        each.push(name + digest);
        total.update(`${name}${side.key(rows[i]!)}\n${digest}\n`);
      }
    }
  }
  return { total: total.digest('hex'), items: each };
}

function hashBlock(side: ItemSet['left'], rows: Int32Array): readonly string[] {
  const values = Object.values(side.gather(rows));
  return Array.from(rows, (_, i) => {
    const hash = createHash('sha1');
    for (const array of values) {
      const length = array.length / rows.length;
      hash.update(new Uint8Array(array.buffer, array.byteOffset + i * length * 4, length * 4));
    }
    return hash.digest('base64');
  });
}
