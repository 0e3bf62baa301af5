import type { PairTable, TripletTable } from '../../core/contract/index.js';
import type { ItemSet, Side } from '../../core/data/item-set.js';

const side = (size: number, name: string): Side => ({
  size,
  key: (row) => `${name}${row}`,
  gather: () => {
    throw new Error('nothing is read of these items');
  },
});

/** Items without values. `groups` gives their number unless `size` does; `rightSize`: there are two tables. */
export function itemSet(of: {
  readonly groups?: readonly number[];
  readonly impostorOf?: readonly number[];
  readonly pairs?: PairTable;
  readonly triplets?: TripletTable;
  readonly size?: number;
  readonly rightSize?: number;
}): ItemSet {
  const left = side(of.size ?? of.groups?.length ?? 0, 'item ');
  return {
    left,
    right: of.rightSize === undefined ? left : side(of.rightSize, 'other '),
    groups: of.groups ? Int32Array.from(of.groups) : null,
    impostorOf: of.impostorOf ? Int32Array.from(of.impostorOf) : null,
    pairs: of.pairs ?? null,
    triplets: of.triplets ?? null,
    column: () => new Int32Array(),
  };
}

/** [left, right, target] each. */
export function pairTable(rows: readonly (readonly [number, number, number])[]): PairTable {
  return {
    left: Int32Array.from(rows, ([left]) => left),
    right: Int32Array.from(rows, ([, right]) => right),
    target: Float32Array.from(rows, ([, , target]) => target),
    weight: null,
  };
}
