import { expect, it } from 'vitest';
import type { Part3 } from '../../core/contract/index.js';
import { type ItemSet, type Selection, type Side, selectItems } from '../../core/data/item-set.js';
import { keepLargeLedger } from '../../core/data/large-ledger.js';
import { keepLedger } from '../../core/data/ledger.js';

const values = [1, 2, 3, 4, 2, 5, 1, 6, 7, 1];
const side: Side = {
  size: values.length,
  gather: (rows) => ({ x: Float32Array.from(rows, (row) => values[row]!), y: new Float32Array(2 * rows.length) }),
  key: (row) => `key ${row}`,
};
const whole: ItemSet = {
  left: side,
  right: side,
  groups: Int32Array.of(0, 0, 1, 1, 2, 2, 3, 3, -1, 3),
  impostorOf: null,
  pairs: null,
  triplets: null,
  column: () => new Int32Array(),
};
const select = (...rows: number[]): Selection => ({
  left: Int32Array.from(rows),
  right: Int32Array.from(rows),
  pairs: null,
  triplets: null,
});

it.each([
  { train: select(0, 1, 2, 3), validation: select(4, 5), test: select(6, 7, 8, 9) },
  { train: select(0, 2, 4, 6), validation: select(0, 1, 3), test: select(5, 6, 9) },
])('counts what the ledger of few items counts', (selections: Record<Part3, Selection>) => {
  const parts = {
    train: selectItems(whole, selections.train),
    validation: selectItems(whole, selections.validation),
    test: selectItems(whole, selections.test),
  };
  const small = keepLedger(parts, [], 'data.split');
  const large = keepLargeLedger(parts, selections, []);
  // a row in two parts is its own duplicate by value alone
  const { content, ...counted } = large;
  if (small.overlap.items === 0) expect(counted).toEqual({ ...small, content: undefined, copies: null });
  expect(counted.overlap).toEqual(small.overlap);
  expect(counted.sizes).toEqual(small.sizes);
  expect(new Set(Object.values(content)).size).toBe(3);
  expect(keepLargeLedger(parts, selections, []).content).toEqual(content);
});

it('refuses parts that a split declares apart', () => {
  const selections = { train: select(0, 1), validation: select(1, 2), test: select() };
  const parts = {
    train: selectItems(whole, selections.train),
    validation: selectItems(whole, selections.validation),
    test: null,
  };
  expect(() => keepLargeLedger(parts, selections, ['items'])).toThrow(
    /declares its parts disjoint by items, but 1 items/,
  );
});
