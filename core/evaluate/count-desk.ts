import { CHUNK } from './chunk-counter-code.js';
import { type Memory, PAGE, WebAssembly } from './wasm.js';

/** Most that is counted at once: queries, places of each, thresholds of each. */
export const [QUERIES, PLACES, RELEVANT] = [256, 2048, 255] as const;
const CHUNKS = (QUERIES * PLACES) / CHUNK;
const THRESHOLDS = QUERIES * RELEVANT;
/** One that is filled, one that waits to be counted, one that is being counted. */
export const SLOTS = 3;
/** Unclear values that are told at once. */
export const TOLD = 16384;
/** Lanes in which a threshold is counted; numbers that tell of a run. */
export const FOUR = 4;
/** Most that can be found in one call: 16 MiB, of which only what is found is ever touched. */
export const FOUND = 2 ** 21;
const BYTES = 56 * 2 ** 20;

/** What the thread is up to. */
export const state = { starting: 0, there: 1, failed: 2 } as const;

/** Chunks of values, query after query. */
export interface Slot {
  /** Its queries, and how many unclear values were told; whether more follow once these are read. */
  readonly queries: Int32Array;
  readonly told: Int32Array;
  readonly full: Int32Array;
  readonly values: Float32Array;
  /** Of each chunk: how far off its values may be. */
  readonly margins: Float32Array;
  /** How many chunks each query has. */
  readonly perQuery: Int32Array;
  /** Query, value and threshold of each unclear value. */
  readonly found: Int32Array;
}

/** What a thread has for itself. */
export interface Side {
  /** Of each threshold its four counts. */
  readonly lanes: Int32Array;
  readonly runs: Int32Array;
  readonly found: Int32Array;
}

/** Memory of WebAssembly that two threads share, in which values lie, and both count. */
export interface Desk {
  readonly memory: Memory;
  readonly state: Int32Array;
  /** Slots given to the thread so far; those it has counted. A slot's number is the remainder by `SLOTS`. */
  readonly given: Int32Array;
  readonly done: Int32Array;
  readonly closing: Int32Array;
  /** Changed with everything that the thread, or the one that gives it work, may wait for. */
  readonly asked: Int32Array;
  readonly answered: Int32Array;
  /** Where the thresholds of each query begin among all, and the end of all. */
  readonly begins: Int32Array;
  readonly thresholds: Float32Array;
  readonly slots: readonly Slot[];
  /** Of the one that gives, and of the thread. */
  readonly sides: readonly [Side, Side];
}

/** A desk in a memory of its own; null where a limit on addresses (`ulimit -v`) leaves none: V8 reserves 10 GiB for it. */
export function openDesk(): Desk | null {
  try {
    return deskIn(new WebAssembly.Memory({ initial: BYTES / PAGE, maximum: BYTES / PAGE, shared: true }));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export function deskIn(memory: Memory): Desk {
  let end = 0;
  /** Each begins where TensorFlow wants a tensor to, and no two share a line of the cache. */
  const room = (words: number): readonly [SharedArrayBuffer, number, number] => {
    const begin = end;
    end += 64 * Math.ceil(words / 16);
    return [memory.buffer, begin, words];
  };
  const ints = (words: number): Int32Array => new Int32Array(...room(words));
  const floats = (words: number): Float32Array => new Float32Array(...room(words));
  const slot = (): Slot => ({
    ...{ queries: ints(1), told: ints(1), full: ints(1), values: floats(CHUNKS * CHUNK) },
    ...{ margins: floats(CHUNKS), perQuery: ints(QUERIES), found: ints(3 * TOLD) },
  });
  const side = (): Side => ({ lanes: ints(FOUR * THRESHOLDS), runs: ints(FOUR * QUERIES), found: ints(2 * FOUND) });
  return {
    ...{ memory, state: ints(1), given: ints(1), done: ints(1), closing: ints(1), asked: ints(1), answered: ints(1) },
    ...{ begins: ints(QUERIES + 1), thresholds: floats(THRESHOLDS) },
    ...{ slots: Array.from({ length: SLOTS }, slot), sides: [side(), side()] },
  };
}

/** Tells who waits for it that something is new. */
export function tell(word: Int32Array): void {
  Atomics.add(word, 0, 1);
  Atomics.notify(word, 0);
}
