/**
 * What a split is: it divides data into training, validation and test.
 * @module split
 */
import type { Draw } from './random.js';
import type { PairTable, TripletTable } from './sampler.js';

/** Where a row goes. */
export type Assignment = 'train' | 'validation' | 'test' | 'unused';

/** What a split sees of the data: names and relations, never values of fields. */
export interface SplitView {
  /** Number of rows: items or pairs, as the split's `of` says. */
  readonly size: number;
  /** What one row is. */
  readonly of: 'items' | 'pairs';
  /** Code of each row's group, -1: none; null where the data has no groups. */
  readonly groups: Int32Array | null;
  /** Given pairs, where rows are those. */
  readonly pairs: PairTable | null;
  /** Given triplets, where rows are those. */
  readonly triplets?: TripletTable | null;
  /** Whether left and right of a pair are items of one table: (a, b) and (b, a) are then one pair. */
  readonly shared?: boolean;
  /** Part that the source brings, per row: 0 train, 1 validation, 2 test. */
  readonly given: Uint8Array | null;
  /** The row's stable key: by it alone a hash split decides. */
  key(row: number): string;
  /** Where a row stands, for messages; absent: not known. */
  where?(row: number): { readonly file: string; readonly line?: number } | null;
  /** Values of a column that an option of format 'column' names. */
  column(name: string): readonly (string | number | null)[];
}
/** One row, for splits that decide by the row itself. */
export interface SplitRow {
  /** Its stable key. */
  readonly key: string;
  /** Name of its group. */
  readonly group: string | null;
  /** Its value in a column that an option of format 'column' names. */
  column(name: string): string | number | null;
}
/** What a split says of itself. */
export interface SplitDeclarations {
  /** What one row is. */
  readonly of: 'items' | 'pairs' | readonly ('items' | 'pairs')[];
  /** What the ledger must prove to be disjoint. */
  readonly disjoint: readonly ('items' | 'groups' | 'pairs')[];
}
/** The same as a plugin says it: a function where it depends on an option. */
export interface SplitDefinition<O> {
  /** What one row is. */
  readonly of: SplitDeclarations['of'] | ((options: O) => SplitDeclarations['of']);
  /** What the ledger must prove to be disjoint. */
  readonly disjoint: SplitDeclarations['disjoint'] | ((options: O) => SplitDeclarations['disjoint']);
}

/** What a split declares under these options. */
export function splitDeclarations<O>({ of, disjoint }: SplitDefinition<O>, options: O): SplitDeclarations {
  return {
    of: typeof of === 'function' ? of(options) : of,
    disjoint: typeof disjoint === 'function' ? disjoint(options) : disjoint,
  };
}
/** What the factory of a split returns. */
export interface SplitInstance {
  /** 1, or one run per fold. */
  readonly folds: number;
  /** `fold`: from 0. `draw` is the same for every fold, so that folds can be parts of one shuffled whole. */
  assign(view: SplitView, fold: number, draw: Draw): readonly Assignment[];
  /** Only from the row itself: required for streams. `hash` maps text to [0, 1). */
  assignRow?(row: SplitRow, fold: number, hash: (text: string) => number): Assignment;
}
