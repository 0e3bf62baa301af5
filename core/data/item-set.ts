import type { PairTable, TripletTable } from '../contract/index.js';
import type { Scaling } from './fields.js';

/** Values of some rows, ready for the network: by input name, one row after another. */
export type InputValues = Readonly<Record<string, Float32Array | Int32Array>>;

/** One side's items, decoded: in memory, or in files of a cache. */
export interface Side {
  readonly size: number;
  gather(rows: Int32Array): InputValues;
  /** Stable key, for messages and hashes. */
  key(row: number): string;
  /** An input as it is stored, for a program that takes its rows by itself. null or absent: as `gather` gives it. */
  stored?(input: { readonly name: string }): StoredInput | null;
  /** Starts to read rows that will be wanted. null: they need not be waited for. Absent: memory holds them all. */
  ahead?(rows: Int32Array): Promise<void> | null;
}

export interface StoredFile {
  readonly path: string;
  readonly rows: number;
}

/** The values of one input, row after row. */
export interface StoredInput {
  /** What each byte stands for. null: the values are those that the network reads. */
  readonly bytes: Scaling | null;
  /** The rows that are asked for; or the file where they lie, so many of them, where memory should not hold them all. */
  readonly from: ((rows: Int32Array) => Float32Array | Int32Array | Uint8Array) | StoredFile;
  /** Rows of the side as they are stored. */
  rowsOf(rows: Int32Array): Int32Array;
}

/**
 * Items in memory that may meet each other: the training part, one buffer of a stream, the validation part, the test
 * part. Rows count from 0 inside the set. `right` is `left` itself unless the data has two tables.
 */
export interface ItemSet {
  readonly left: Side;
  readonly right: Side;
  /** Group of each item, -1 = none. null: the data has no groups. */
  readonly groups: Int32Array | null;
  /** The group whose impostor each item is, else -1; such an item is in no group. null: there are none. */
  readonly impostorOf: Int32Array | null;
  readonly pairs: PairTable | null;
  readonly triplets: TripletTable | null;
  column(name: string): Int32Array;
}

/** The tables of a set, with what sets their keys apart: nothing where there is one. */
export function sidesOf(items: ItemSet): readonly { readonly name: string; readonly side: Side }[] {
  if (items.left === items.right) return [{ name: '', side: items.left }];
  return [
    { name: 'left ', side: items.left },
    { name: 'right ', side: items.right },
  ];
}

/** The set cut down to some rows of a table; pairs and triplets are those given, renumbered. */
export interface Selection {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly pairs: PairTable | null;
  readonly triplets: TripletTable | null;
}

/** A subset, its rows renumbered in the order of the selection. Nothing is copied but indices. */
export function selectItems(set: ItemSet, selection: Selection): ItemSet {
  const shared = set.left === set.right;
  const left = selectSide(set.left, selection.left);
  return {
    left,
    right: shared ? left : selectSide(set.right, selection.right),
    groups: set.groups && pick(set.groups, selection.left),
    impostorOf: set.impostorOf && pick(set.impostorOf, selection.left),
    pairs: selection.pairs && renumberPairs(selection.pairs, selection.left, shared ? selection.left : selection.right),
    triplets: selection.triplets && renumberTriplets(selection.triplets, selection.left),
    column: (name) => pick(set.column(name), selection.left),
  };
}

/** A loop, not `Int32Array.from` with a function, which takes twenty times as long: this is on the way of every step. */
function pick(values: Int32Array, rows: Int32Array): Int32Array {
  const picked = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]!]!;
  return picked;
}

function selectSide(side: Side, rows: Int32Array): Side {
  return {
    size: rows.length,
    gather: (wanted) => side.gather(pick(rows, wanted)),
    key: (row) => side.key(rows[row]!),
    stored: (input) => selectStored(side.stored?.(input) ?? null, rows),
    ...(side.ahead ? { ahead: (wanted: Int32Array) => side.ahead!(pick(rows, wanted)) } : {}),
  };
}

/** A file is as it is; of what memory holds a program takes the selection alone. */
function selectStored(stored: StoredInput | null, rows: Int32Array): StoredInput | null {
  if (stored === null) return null;
  const { from, rowsOf } = stored;
  if (typeof from === 'function') return { ...stored, from: (wanted) => from(pick(rows, wanted)) };
  return { ...stored, rowsOf: (wanted) => rowsOf(pick(rows, wanted)) };
}

/** Row of the whole -> row of the selection. */
function placesOf(rows: Int32Array): (row: number) => number {
  const places = new Map<number, number>();
  rows.forEach((row, place) => {
    places.set(row, place);
  });
  return (row) => places.get(row)!;
}

function renumberPairs(pairs: PairTable, leftRows: Int32Array, rightRows: Int32Array): PairTable {
  const left = placesOf(leftRows);
  const right = leftRows === rightRows ? left : placesOf(rightRows);
  return { ...pairs, left: Int32Array.from(pairs.left, left), right: Int32Array.from(pairs.right, right) };
}

function renumberTriplets(triplets: TripletTable, rows: Int32Array): TripletTable {
  const place = placesOf(rows);
  return {
    anchor: Int32Array.from(triplets.anchor, place),
    positive: Int32Array.from(triplets.positive, place),
    negative: Int32Array.from(triplets.negative, place),
  };
}
