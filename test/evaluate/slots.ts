import type { Slot } from '../../core/evaluate/count-desk.js';

/** Chunks of values, query after query. */
export interface Chunks {
  readonly values: Float32Array;
  readonly perQuery: readonly number[];
  /** Of each chunk. */
  readonly margin: number;
}

export function fill(slot: Slot, { values, perQuery, margin }: Chunks): void {
  slot.queries[0] = perQuery.length;
  slot.perQuery.set(perQuery);
  slot.margins.fill(margin);
  slot.values.set(values);
}
