import type { ItemRows, PairRows, TripletTable } from '../contract/index.js';
import type { InputValues, ItemSet } from './item-set.js';

/**
 * A batch on the host: what the sampler chose, with the items' values, which are gathered when first asked for.
 * `from`: the items whose values these are, row by row; null where an augmentation has changed them.
 */
export type Batch = { readonly from: ItemSet | null } & (
  | {
      readonly kind: 'pairs';
      readonly left: InputValues;
      readonly right: InputValues;
      readonly target: Float32Array;
      readonly weight: Float32Array | null;
      readonly rows: PairRows;
      readonly count: number;
    }
  | {
      readonly kind: 'triplets';
      readonly anchor: InputValues;
      readonly positive: InputValues;
      readonly negative: InputValues;
      readonly rows: TripletTable;
      readonly count: number;
    }
  | {
      readonly kind: 'labelled-batch';
      readonly items: InputValues;
      readonly labels: Int32Array;
      /** Group whose impostor each item is, else -1; null: there are none. */
      readonly impostorOf: Int32Array | null;
      /** No item has more others of its group: a power of two. */
      readonly mostPositives: number;
      readonly rows: ItemRows;
      readonly count: number;
    }
);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export function pairBatch(items: ItemSet, rows: PairRows): Batch {
  const left = once(() => items.left.gather(rows.left));
  const right = once(() => items.right.gather(rows.right));
  return {
    kind: 'pairs',
    from: items,
    get left() {
      return left();
    },
    get right() {
      return right();
    },
    target: rows.target ?? sameGroup(items, rows),
    weight: rows.weight ?? null,
    rows,
    count: rows.left.length,
  };
}

export function tripletBatch(items: ItemSet, rows: TripletTable): Batch {
  const anchor = once(() => items.left.gather(rows.anchor));
  const positive = once(() => items.left.gather(rows.positive));
  const negative = once(() => items.left.gather(rows.negative));
  return {
    kind: 'triplets',
    from: items,
    get anchor() {
      return anchor();
    },
    get positive() {
      return positive();
    },
    get negative() {
      return negative();
    },
    rows,
    count: rows.anchor.length,
  };
}

export function labelledBatch(items: ItemSet, rows: ItemRows): Batch {
  const { groups, impostorOf } = items;
  const values = once(() => items.left.gather(rows.items));
  if (!groups) throw new Error('a sampler gave items to compare by their groups, but the data has none');
  const numbers = (of: Int32Array): Int32Array => Int32Array.from(rows.items, (row) => of[row]!);
  const labels = numbers(groups);
  const most = once(() => mostPositivesOf(labels));
  return {
    kind: 'labelled-batch',
    from: items,
    get items() {
      return values();
    },
    labels,
    impostorOf: impostorOf && numbers(impostorOf),
    get mostPositives() {
      return most();
    },
    rows,
    count: rows.items.length,
  };
}

/** Fewer than the largest group has items there, to the next power of two: so few different ones come. */
function mostPositivesOf(labels: Int32Array): number {
  const counts = new Map<number, number>();
  let largest = 0;
  for (const label of labels) {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    if (label >= 0) largest = Math.max(largest, count);
  }
  let most = 1;
  while (most < largest - 1) most *= 2;
  return most;
}

/** 1 where both items are of one group: by comparing groups, never arrays. Items without a group match nothing. */
function sameGroup(items: ItemSet, rows: PairRows): Float32Array {
  const { groups } = items;
  if (!groups) throw new Error('a sampler left the target to the groups, but the data has none');
  return Float32Array.from(rows.left, (left, i) => {
    const group = groups[left]!;
    return Number(group >= 0 && group === groups[rows.right[i]!]);
  });
}
