import type { Json } from '../contract/index.js';
import type { EncodedRows } from './encoded-rows.js';

/** What a stream's first pass has found, and its rows are encoded by. */
export interface Surveyed {
  /** Rows of the training part. */
  readonly rows: number;
  /** Names of the groups of the training part, in the order of their codes. */
  readonly groups: readonly string[];
  /** Columns that are read; null: all. */
  readonly wanted: ReadonlySet<string> | null;
  /** Fitted fields. */
  readonly fitted: Json;
}

/** A reader of the training part of a stream in a thread of its own, ahead of the steps. */
export interface ReadAhead {
  /**
   * The buffers of a pass, from one on. null: the thread could not open the data, and the caller reads it. What was given is
   * read before anything else of it is made: one buffer is ready while another is in use.
   * Errors of what it gives: those of the source, the split and the fields; PLUGIN_FAILED or MEMORY, where the thread dies.
   */
  pass(from: number): Promise<AsyncIterable<EncodedRows> | null>;
  close(): Promise<void>;
}

/** Starts to read ahead; null: it is not worth a thread. */
export type StartReadAhead = (surveyed: Surveyed) => ReadAhead | null;
