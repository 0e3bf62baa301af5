import type { Draw } from './random.js';
import type { PairTable, TripletTable } from './sampler.js';

export type Assignment = 'train' | 'validation' | 'test' | 'unused';

export interface SplitView {
  /** Number of rows: items or pairs, as the split's `of` says. */
  readonly size: number;
  readonly of: 'items' | 'pairs';
  readonly groups: Int32Array | null;
  readonly pairs: PairTable | null;
  /** Given triplets, where rows are those. */
  readonly triplets?: TripletTable | null;
  /** Whether left and right of a pair are items of one table: (a, b) and (b, a) are then one pair. */
  readonly shared?: boolean;
  /** Part that the source brings, per row: 0 train, 1 validation, 2 test. */
  readonly given: Uint8Array | null;
  key(row: number): string;
  /** Where a row stands, for messages; absent: not known. */
  where?(row: number): { readonly file: string; readonly line?: number } | null;
  column(name: string): readonly (string | number | null)[];
}
export interface SplitRow {
  readonly key: string;
  readonly group: string | null;
  column(name: string): string | number | null;
}
export interface SplitDeclarations {
  /** What one row is. */
  readonly of: 'items' | 'pairs' | readonly ('items' | 'pairs')[];
  /** What the ledger must prove to be disjoint. */
  readonly disjoint: readonly ('items' | 'groups' | 'pairs')[];
}
/** The same as a plugin says it: a function where it depends on an option. */
export interface SplitDefinition<O> {
  readonly of: SplitDeclarations['of'] | ((options: O) => SplitDeclarations['of']);
  readonly disjoint: SplitDeclarations['disjoint'] | ((options: O) => SplitDeclarations['disjoint']);
}

/** What a split declares under these options. */
export function splitDeclarations<O>({ of, disjoint }: SplitDefinition<O>, options: O): SplitDeclarations {
  return {
    of: typeof of === 'function' ? of(options) : of,
    disjoint: typeof disjoint === 'function' ? disjoint(options) : disjoint,
  };
}
export interface SplitInstance {
  /** 1, or one run per fold. */
  readonly folds: number;
  /** `fold`: from 0. `draw` is the same for every fold, so that folds can be parts of one shuffled whole. */
  assign(view: SplitView, fold: number, draw: Draw): readonly Assignment[];
  /** Only from the row itself: required for streams. `hash` maps text to [0, 1). */
  assignRow?(row: SplitRow, fold: number, hash: (text: string) => number): Assignment;
}
