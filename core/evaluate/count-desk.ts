/** Memory that two threads share: over it one hands the other chunks of values to count. */

/** Most that one job may have: queries, chunks of 64 values, thresholds of all queries; and what is found, told at once. */
const QUERIES = 256;
const CHUNKS = 8192;
const THRESHOLDS = 65536;
export const TOLD = 65536;
const CHUNK_BYTES = 4 * 64;

/** Whose turn it is. */
export const turn = {
  /** The thread is not there yet. */
  starting: 0,
  /** It waits for a job, what it found lies ready. */
  free: 1,
  /** It is at work. */
  busy: 2,
  /** It has found more than fits, and goes on once that is read. */
  full: 3,
  failed: 4,
  closing: 5,
} as const;
export const job = { begin: 0, add: 1, counts: 2 } as const;

/** All views are of one memory. */
export interface Desk {
  readonly memory: SharedArrayBuffer;
  /** Alone in its use: waited for. */
  readonly turn: Int32Array;
  /** Numbers of the job: its kind, its queries, its chunks, how many were found. */
  readonly kind: Int32Array;
  readonly queries: Int32Array;
  readonly chunks: Int32Array;
  readonly told: Int32Array;
  /** Of each query: its thresholds, or its chunks. */
  readonly perQuery: Int32Array;
  readonly thresholds: Float32Array;
  readonly values: Float32Array;
  readonly margins: Float32Array;
  readonly counts: Uint32Array;
  /** Query, value and threshold of each. */
  readonly found: Int32Array;
}

/** The desk in a memory, by default a new one. */
export function deskIn(given?: SharedArrayBuffer): Desk {
  const words = [5, QUERIES, THRESHOLDS, (CHUNKS * CHUNK_BYTES) / 4, CHUNKS, THRESHOLDS, 3 * TOLD];
  const memory = given ?? new SharedArrayBuffer(4 * words.reduce((sum, one) => sum + one, 0));
  const begins = words.map((_, i) => 4 * words.slice(0, i).reduce((sum, one) => sum + one, 0));
  const ints = (i: number): Int32Array => new Int32Array(memory, begins[i], words[i]);
  const floats = (i: number): Float32Array => new Float32Array(memory, begins[i], words[i]);
  const word = (place: number): Int32Array => ints(0).subarray(place, place + 1);
  return {
    ...{ memory, turn: word(0), kind: word(1), queries: word(2), chunks: word(3), told: word(4) },
    ...{ perQuery: ints(1), thresholds: floats(2), values: floats(3), margins: floats(4) },
    ...{ counts: new Uint32Array(memory, begins[5], words[5]), found: ints(6) },
  };
}

/** Whether the desk holds so many. */
export const fits = (queries: number, thresholds: number): boolean => queries <= QUERIES && thresholds <= THRESHOLDS;
export const fitChunks = (chunks: number): boolean => chunks <= CHUNKS;
