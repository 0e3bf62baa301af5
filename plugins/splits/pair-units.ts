import type { SplitView } from '../../core/contract/index.js';

/** Rows as units that stay whole: `unitOf` has a code below `count` for each row. */
export interface Units {
  readonly unitOf: Int32Array;
  readonly count: number;
}

/** Units of the open rows: each item by itself, equal pairs and triplets together; (a, b) is (b, a) within one table. */
export function numberUnits(view: SplitView, open: Int32Array): Units {
  const { of, pairs, shared = false } = view;
  if (of === 'pairs' && !pairs) return numberKeys(view, open);
  if (of === 'items' || !pairs) return { unitOf: open.map((_, place) => place), count: open.length };
  const width = largestOf(pairs.left, largestOf(pairs.right, 0)) + 1;
  const units = new Map<number, number>();
  const unitOf = open.map((row) => {
    const [left, right] = [pairs.left[row]!, pairs.right[row]!];
    const key = shared && right < left ? right * width + left : left * width + right;
    const unit = units.get(key) ?? units.size;
    units.set(key, unit);
    return unit;
  });
  return { unitOf, count: units.size };
}

/** Triplets, by the keys of their items. */
function numberKeys({ key }: SplitView, open: Int32Array): Units {
  const units = new Map<string, number>();
  const unitOf = open.map((row) => {
    const name = key(row);
    const unit = units.get(name) ?? units.size;
    units.set(name, unit);
    return unit;
  });
  return { unitOf, count: units.size };
}

const largestOf = (rows: Int32Array, from: number): number =>
  rows.reduce((largest, row) => Math.max(largest, row), from);
