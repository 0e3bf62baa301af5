import type { Draw } from './random.js';
import type { PairTable } from './sampler.js';

export type Assignment = 'train' | 'validation' | 'test' | 'unused';

export interface SplitView {
  /** Number of rows: items or pairs, as the split's `of` says. */
  readonly size: number;
  readonly of: 'items' | 'pairs';
  readonly groups: Int32Array | null;
  readonly pairs: PairTable | null;
  /** Part that the source brings, per row: 0 train, 1 validation, 2 test. */
  readonly given: Uint8Array | null;
  key(row: number): string;
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
export interface SplitInstance {
  /** 1, or one run per fold. */
  readonly folds: number;
  assign(view: SplitView, fold: number, draw: Draw): readonly Assignment[];
  /** Only from the row itself: required for streams. `hash` maps text to [0, 1). */
  assignRow?(row: SplitRow, fold: number, hash: (text: string) => number): Assignment;
}
