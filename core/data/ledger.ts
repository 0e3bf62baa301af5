import { createHash } from 'node:crypto';
import type { Part3 } from '../contract/index.js';
import { fail } from '../problem/index.js';
import { type Contents, hashContents } from './contents.js';
import { type Copies, findCopies } from './copies.js';
import { type ItemSet, sidesOf } from './item-set.js';

/** What stands in several parts, counted. */
export interface Overlap {
  readonly items: number;
  readonly groups: number;
  readonly pairs: number;
}

/** Which data a run saw, and the proof that its split kept apart what it declares to keep apart. */
export interface Ledger {
  /** Items, of both tables where there are two. */
  readonly sizes: Readonly<Record<Part3, number>>;
  /** Given pairs, or triplets. */
  readonly pairs: Readonly<Record<Part3, number>>;
  /** sha256 over the given pairs or triplets: keys, targets and weights; null where there are none. */
  readonly pairContent: Readonly<Record<Part3, string | null>>;
  /** sha256 over the items' keys and values, per part; null for the training part of a stream. */
  readonly content: Readonly<Record<Part3, string | null>>;
  readonly overlap: Overlap;
  /** Values that stand in several parts under different keys: the same item twice. */
  readonly duplicates: number;
  /** The same, by part and with examples; also within parts. null: there are too many items to tell them one by one. */
  readonly copies: Copies | null;
  /** What the split declares to be disjoint, here proven. */
  readonly disjoint: readonly ('items' | 'groups' | 'pairs')[];
}

type Parts = Readonly<Record<Part3, ItemSet | null>>;
type PerPart<T> = Readonly<Record<Part3, T | null>>;

/** The ledger of data in memory. Errors: PLUGIN_FAILED when the split mixed what it declares to be disjoint. */
export function keepLedger(parts: Parts, disjoint: Ledger['disjoint'], splitName: string): Ledger {
  const contents = mapParts(parts, hashContents);
  const overlap = {
    items: countShared(mapParts(parts, itemKeys)),
    groups: countShared(mapParts(parts, (items) => items.groups?.filter((group) => group >= 0) ?? [])),
    pairs: countShared(mapParts(parts, relationKeys)),
  };
  proveDisjoint(overlap, disjoint, splitName);
  const count = (of: (items: ItemSet) => number): Record<Part3, number> => {
    const counted = mapParts(parts, of);
    return { train: counted.train ?? 0, validation: counted.validation ?? 0, test: counted.test ?? 0 };
  };
  return {
    sizes: count((items) => sidesOf(items).reduce((sum, { side }) => sum + side.size, 0)),
    pairs: count((items) => items.pairs?.left.length ?? items.triplets?.anchor.length ?? 0),
    pairContent: mapParts(parts, hashRelations),
    content: mapParts(parts, (_items, part) => contents[part]!.total),
    overlap,
    duplicates: countDuplicates(contents),
    copies: findCopies(contents),
    disjoint,
  };
}

/** Errors: PLUGIN_FAILED. */
export function proveDisjoint(overlap: Overlap, disjoint: Ledger['disjoint'], splitName: string): void {
  for (const what of disjoint) {
    if (overlap[what] === 0) continue;
    const found = `${overlap[what]} ${what} stand in several parts`;
    fail('PLUGIN_FAILED', `split ${splitName} declares its parts disjoint by ${what}, but ${found}`);
  }
}

function mapParts<T>(parts: Parts, each: (items: ItemSet, part: Part3) => T): Record<Part3, T | null> {
  const one = (part: Part3): T | null => (parts[part] === null ? null : each(parts[part], part));
  return { train: one('train'), validation: one('validation'), test: one('test') };
}

/** How many members stand in more than one part. */
export function countShared<T>(members: PerPart<Iterable<T>>): number {
  const seen = new Map<T, number>();
  for (const part of Object.values(members)) {
    for (const member of new Set(part ?? [])) seen.set(member, (seen.get(member) ?? 0) + 1);
  }
  let shared = 0;
  for (const times of seen.values()) if (times > 1) shared++;
  return shared;
}

function itemKeys(items: ItemSet): string[] {
  return sidesOf(items).flatMap(({ name, side }) =>
    Array.from({ length: side.size }, (_, row) => name + side.key(row)),
  );
}

/** Of pairs both keys, in any order where left and right are one table; of triplets all three. */
export function relationKeys(items: ItemSet): string[] {
  const { left, right, pairs, triplets } = items;
  if (pairs) {
    return Array.from(pairs.left, (row, i) => {
      const keys = [left.key(row), right.key(pairs.right[i]!)];
      return (left === right ? keys.sort() : keys).join('\n');
    });
  }
  if (!triplets) return [];
  const { anchor, positive, negative } = triplets;
  return Array.from(anchor, (row, i) => [row, positive[i]!, negative[i]!].map((each) => left.key(each)).join('\n'));
}

/** sha256 over them, in the order given; null without any. */
export function hashRelations(items: ItemSet): string | null {
  const { left, right, pairs, triplets } = items;
  if (!pairs && !triplets) return null;
  const hash = createHash('sha256');
  if (triplets) for (const relation of relationKeys(items)) hash.update(`${relation}\n`);
  else {
    pairs!.left.forEach((row, i) => {
      const told = [pairs!.target[i], pairs!.weight?.[i] ?? 1].join(' ');
      hash.update(`${left.key(row)}\n${right.key(pairs!.right[i]!)}\n${told}\n`);
    });
  }
  return hash.digest('hex');
}

/** Values in several parts, under several keys: then some two parts hold them under different ones. */
function countDuplicates(contents: PerPart<Contents>): number {
  const met = new Map<
    string,
    { readonly key: string; readonly part: Part3; several: { parts: boolean; keys: boolean } }
  >();
  for (const part of ['train', 'validation', 'test'] as const) {
    for (const { key, digest } of contents[part]?.items ?? []) {
      const first = met.get(digest);
      if (!first) met.set(digest, { key, part, several: { parts: false, keys: false } });
      else {
        first.several.parts ||= first.part !== part;
        first.several.keys ||= first.key !== key;
      }
    }
  }
  let duplicates = 0;
  for (const { several } of met.values()) if (several.parts && several.keys) duplicates++;
  return duplicates;
}
