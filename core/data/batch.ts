import type { ItemRows, PairRows, TripletTable } from '../contract/index.js';
import type { InputValues, ItemSet } from './item-set.js';

/** A batch on the host: what the sampler chose, with the items' values. */
export type Batch =
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
      readonly rows: ItemRows;
      readonly count: number;
    };

export function pairBatch(items: ItemSet, rows: PairRows): Batch {
  return {
    kind: 'pairs',
    left: items.left.gather(rows.left),
    right: items.right.gather(rows.right),
    target: rows.target ?? sameGroup(items, rows),
    weight: rows.weight ?? null,
    rows,
    count: rows.left.length,
  };
}

export function tripletBatch(items: ItemSet, rows: TripletTable): Batch {
  return {
    kind: 'triplets',
    anchor: items.left.gather(rows.anchor),
    positive: items.left.gather(rows.positive),
    negative: items.left.gather(rows.negative),
    rows,
    count: rows.anchor.length,
  };
}

export function labelledBatch(items: ItemSet, rows: ItemRows): Batch {
  const { groups, impostorOf } = items;
  if (!groups) throw new Error('a sampler gave items to compare by their groups, but the data has none');
  return {
    kind: 'labelled-batch',
    items: items.left.gather(rows.items),
    labels: Int32Array.from(rows.items, (row) => groups[row]!),
    impostorOf: impostorOf && Int32Array.from(rows.items, (row) => impostorOf[row]!),
    rows,
    count: rows.items.length,
  };
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
