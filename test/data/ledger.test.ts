import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PairTable, TripletTable } from '../../core/contract/index.js';
import { copyNotes } from '../../core/data/copies.js';
import type { ItemSet, Side } from '../../core/data/item-set.js';
import { keepLedger, type Ledger } from '../../core/data/ledger.js';
import { messageOf } from '../files/problem-of.js';
import { pairTable, tripletTable } from './opening.js';

/** Items by key, each with its one value. */
type Items = Readonly<Record<string, number>>;
interface Related {
  readonly right?: Items;
  readonly groups?: readonly number[];
  readonly pairs?: PairTable;
  readonly triplets?: TripletTable;
}

function side(items: Items): Side {
  const [keys, values] = [Object.keys(items), Object.values(items)];
  return {
    size: keys.length,
    key: (row) => keys[row]!,
    gather: (rows) => ({ x: Float32Array.from(rows, (row) => values[row]!), id: Int32Array.from(rows, (row) => values[row]!) }), // biome-ignore format: one case
  };
}

function set(items: Items, { right, groups, pairs, triplets }: Related = {}): ItemSet {
  const left = side(items);
  return {
    left,
    right: right ? side(right) : left,
    groups: groups ? Int32Array.from(groups) : null,
    impostorOf: null,
    pairs: pairs ?? null,
    triplets: triplets ?? null,
    column: () => new Int32Array(),
  };
}

function keep(
  train: ItemSet | null,
  validation: ItemSet | null = null,
  test: ItemSet | null = null,
  disjoint: Ledger['disjoint'] = [],
): Ledger {
  return keepLedger({ train, validation, test }, disjoint, 'data.split');
}

describe('overlap', () => {
  it('counts items by their keys, each once however many parts it stands in', () => {
    const ledger = keep(set({ a: 1, b: 2, c: 3 }), set({ b: 2, c: 3 }), set({ c: 3, d: 4 }));
    expect(ledger.overlap).toEqual({ items: 2, groups: 0, pairs: 0 });
    expect(ledger.sizes).toEqual({ train: 3, validation: 2, test: 2 });
  });

  it('tells the two tables apart', () => {
    const ledger = keep(set({ a: 1 }, { right: { b: 1, c: 2 } }), set({ b: 1 }, { right: { c: 2 } }));
    expect(ledger.overlap.items).toBe(1); // right c
    expect(ledger.sizes).toEqual({ train: 3, validation: 2, test: 0 });
  });

  it('counts groups, but not the lack of one', () => {
    const train = set({ a: 1, b: 2, c: 3 }, { groups: [0, 0, -1] });
    const [validation, test] = [set({ d: 1, e: 1 }, { groups: [1, 1] }), set({ f: 1, g: 2, h: 3 }, { groups: [0, 1, -1] })]; // biome-ignore format: one case
    expect(keep(train, validation, test).overlap.groups).toBe(2);
  });

  it('counts pairs by both keys, whichever comes first in one table', () => {
    const train = set({ a: 1, b: 2, c: 3 }, { pairs: pairTable([[0, 1, 1], [1, 2, 0]]) }); // biome-ignore format: a table
    const turned = set({ b: 2, a: 1 }, { pairs: pairTable([[0, 1, 1], [0, 1, 1]]) }); // biome-ignore format: a table
    expect(keep(train, turned).overlap).toEqual({ items: 2, groups: 0, pairs: 1 });
    expect(keep(train, turned).pairs).toEqual({ train: 2, validation: 2, test: 0 });
  });

  it('counts pairs of two tables by left and right', () => {
    const train = set({ a: 1, b: 2 }, { right: { a: 1, b: 2 }, pairs: pairTable([[0, 1, 1]]) });
    const turned = set({ a: 1, b: 2 }, { right: { a: 1, b: 2 }, pairs: pairTable([[1, 0, 1]]) });
    expect([keep(train, turned).overlap.pairs, keep(train, train).overlap.pairs]).toEqual([0, 1]);
  });

  it('counts triplets', () => {
    const one = set({ a: 1, b: 2, c: 3 }, { triplets: tripletTable([[0, 1, 2], [1, 0, 2]]) }); // biome-ignore format: a table
    const other = set({ a: 1, b: 2, c: 3 }, { triplets: tripletTable([[0, 1, 2], [0, 2, 1]]) }); // biome-ignore format: a table
    expect(keep(one, null, other).overlap.pairs).toBe(1);
    expect(keep(one, null, other).pairs).toEqual({ train: 2, validation: 0, test: 2 });
  });
});

describe('duplicates', () => {
  it('counts values that stand in several parts under different keys', () => {
    expect(keep(set({ a: 1, b: 2 }), set({ c: 2, d: 3 })).duplicates).toBe(1);
    expect(keep(set({ a: 1, b: 2 }), set({ c: 2, d: 1 }), set({ e: 1 })).duplicates).toBe(2);
  });

  it('counts neither an item that recurs by its key, nor equal items of one part', () => {
    expect(keep(set({ a: 1, b: 2 }), set({ a: 1 })).duplicates).toBe(0);
    expect(keep(set({ a: 1, b: 1 }), set({ c: 2 })).duplicates).toBe(0);
  });

  it('finds them beside items that recur', () => {
    // a and b recur, and are equal besides: a of training is b of test under another key
    expect(keep(set({ a: 1, b: 1, c: 5 }), null, set({ a: 1, b: 1, d: 5 })).duplicates).toBe(2);
  });

  it('does not compare a left item with a right one', () => {
    expect(keep(set({ a: 1 }, { right: { b: 2 } }), set({ c: 2 }, { right: { d: 1 } })).duplicates).toBe(0);
    expect(keep(set({ a: 1 }, { right: { b: 2 } }), set({ c: 3 }, { right: { d: 2 } })).duplicates).toBe(1);
  });
});

describe('content', () => {
  const contentOf = (items: Items, related?: Related) => keep(set(items, related)).content.train;

  it('is a hash over keys and values', () => {
    const values = new Uint8Array([...new Uint8Array(Float32Array.of(5).buffer), ...new Uint8Array(Int32Array.of(5).buffer)]); // biome-ignore format: one case
    const digest = createHash('sha1').update(values).digest('base64');
    expect(contentOf({ a: 5 })).toBe(createHash('sha256').update(`a\n${digest}\n`).digest('hex'));
    expect(keep(set({ a: 5 })).content).toMatchObject({ validation: null, test: null });
  });

  it('changes with any key, value, order or side', () => {
    const all = [{ a: 1, b: 2 }, { a: 1, c: 2 }, { a: 1, b: 3 }, { b: 2, a: 1 }].map((items) => contentOf(items)); // biome-ignore format: a table
    const sided = [contentOf({ a: 1 }, { right: { b: 2 } }), contentOf({ b: 2 }, { right: { a: 1 } })];
    expect(new Set([...all, ...sided]).size).toBe(6);
    expect(contentOf({ a: 1, b: 2 })).toBe(all[0]);
  });

  it('does not depend on how many items are gathered at a time', () => {
    const many = Object.fromEntries(Array.from({ length: 2500 }, (_, i) => [`key ${i}`, i % 7]));
    const hash = createHash('sha256');
    for (const [key, value] of Object.entries(many)) {
      const bytes = createHash('sha1');
      for (const array of [Float32Array.of(value), Int32Array.of(value)]) bytes.update(new Uint8Array(array.buffer));
      hash.update(`${key}\n${bytes.digest('base64')}\n`);
    }
    expect(contentOf(many)).toBe(hash.digest('hex'));
  });
});

describe('copies', () => {
  it('counts items beyond the first of their content within a part, and those that another part knows', () => {
    const ledger = keep(set({ a: 1, b: 1, c: 2 }), set({ d: 2, e: 3 }), set({ f: 1, g: 3, h: 4, i: 1 }));
    expect(ledger.copies!.within).toEqual({ train: 1, validation: 0, test: 1 });
    expect(ledger.copies!.between).toEqual({ validation: { train: 1 }, test: { train: 2, validation: 1 } });
    expect(ledger.copies!.examples.map(({ keys, parts }) => [...keys, ...parts].join(' '))).toEqual([
      'a f train test',
      'c d train validation',
      'e g validation test',
    ]);
    expect(copyNotes(ledger)).toEqual([
      'warning: the split leaks: 2 of 4 items of test have the content of items of training under other keys (such as a and f)',
      'warning: the split leaks: 1 of 2 items of validation have the content of items of training under other keys (such as c and d)',
      'warning: the split leaks: 1 of 4 items of test have the content of items of validation under other keys (such as e and g)',
    ]);
  });

  it('is silent on leaks where items recur by themselves, as where pairs are divided', () => {
    const ledger = keep(set({ a: 1, b: 2 }), null, set({ b: 2, c: 1 }));
    expect(ledger.copies!.between.test.train).toBe(1);
    expect(copyNotes(ledger)).toEqual([]);
  });

  it('takes an item that recurs under its own key for no copy', () => {
    const ledger = keep(set({ a: 1, b: 2 }), null, set({ a: 1, c: 3 }));
    expect(ledger.copies!.between.test.train).toBe(0);
    expect(copyNotes(ledger)).toEqual([]);
  });

  it('tells of contents whose groups contradict each other', () => {
    const ledger = keep(set({ a: 1, b: 1, c: 2, d: 2 }, { groups: [0, 1, 2, 2] }));
    expect(ledger.copies!.contradicting).toBe(1);
    expect(ledger.copies!.examples[0]).toEqual({ keys: ['a', 'b'], parts: ['train', 'train'], groups: [0, 1] });
    expect(copyNotes(ledger)).toEqual([
      'warning: 1 contents stand in several groups (such as a and b): their labels contradict each other',
    ]);
  });
});

it('hashes given pairs with their targets and weights', () => {
  const pairs = pairTable([[0, 1, 1], [1, 2, 0]]); // biome-ignore format: one case
  const [one, same, other] = [pairs, pairs, { ...pairs, target: Float32Array.of(1, 1) }].map(
    (given) => keep(set({ a: 1, b: 2, c: 3 }, { pairs: given })).pairContent,
  );
  const text = 'a\nb\n1 1\nb\nc\n0 1\n';
  expect(one).toEqual({ train: createHash('sha256').update(text).digest('hex'), validation: null, test: null });
  expect(same).toEqual(one);
  expect(other!.train).not.toBe(one!.train);
});

describe('what a split declares to be disjoint', () => {
  it('is proven, and stands in the ledger', () => {
    const parts = [set({ a: 1 }, { groups: [0] }), set({ b: 1 }, { groups: [1] })] as const;
    expect(keep(...parts, null, ['items', 'groups', 'pairs']).disjoint).toEqual(['items', 'groups', 'pairs']);
  });

  it.each([
    ['items', '2 items stand in several parts'],
    ['groups', '1 groups stand in several parts'],
    ['pairs', '1 pairs stand in several parts'],
  ] as const)('%s: a split that mixed them is at fault', async (what, found) => {
    const mixed = set({ a: 1, b: 2 }, { groups: [0, -1], pairs: pairTable([[0, 1, 1]]) });
    const message = await messageOf(() => keep(mixed, null, mixed, [what]));
    expect(message).toBe(`PLUGIN_FAILED split data.split declares its parts disjoint by ${what}, but ${found}`);
  });

  it('may overlap in everything else', () => {
    const mixed = set({ a: 1, b: 2 }, { groups: [0, -1] });
    expect(keep(mixed, null, mixed, ['pairs']).overlap).toEqual({ items: 2, groups: 1, pairs: 0 });
  });
});
