import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ChunkCounter, type Unclear } from './chunk-counter.js';
import { type Desk, FOUR, openDesk, SLOTS, type Slot, state, tell } from './count-desk.js';

/** What the thread runs: beside the compiled code. Siamese's own sources in TypeScript run without. */
const usual = new URL('../counting.js', import.meta.url);
/** Pairs of items from which on a thread is worth its start: some 50 ms, of a quarter of a second of counting. */
const WORTH = 1e8;
/** Milliseconds of one look at whether a thread has done its job, and looks until it is given up. */
const [LOOK, LOOKS] = [1000, 120];

/** A thread that counts. */
export interface CountingThread {
  readonly desk: Desk;
  end(): Promise<void>;
}

/** A thread where a processor is left for it, and there is enough to count; else null. `entry`: what it runs. */
export function startCounting(pairs: number, entry = usual): CountingThread | null {
  if (pairs < WORTH || availableParallelism() < 2 || !existsSync(entry)) return null;
  const desk = openDesk();
  if (!desk) return null;
  const worker = new Worker(entry, { workerData: desk.memory, execArgv: [] }); // flags such as --input-type are the program's own
  // Without one of its own the error would be the program's: what is asked of the thread then says that it failed.
  worker.on('error', () => Atomics.store(desk.state, 0, state.failed));
  worker.unref();
  const end = async (): Promise<void> => {
    Atomics.store(desk.closing, 0, 1);
    tell(desk.asked);
    await worker.terminate();
  };
  return { desk, end };
}

type Hear = (one: Unclear) => void;

/** Of a process that counts without a thread: memory of WebAssembly is given back late, by the garbage collector. */
let alone: SharedCounter | null = null;

/**
 * Counts values before thresholds, in two threads where there is another one: what is to be counted goes to that while it
 * has no more than one slot waiting, and is counted here where it has. Counts are sums, so that it does not matter who has
 * counted what.
 */
export class SharedCounter {
  readonly #desk: Desk;
  readonly #own: ChunkCounter;
  /** Who hears what is unclear in a slot that was given away. */
  readonly #hearing: Hear[] = [];
  /** Slots that were given, and those that are read again. */
  #given: number;
  #read: number;
  private constructor(desk: Desk, own: ChunkCounter) {
    this.#desk = desk;
    this.#own = own;
    this.#given = desk.given[0]!;
    this.#read = this.#given;
  }

  /**
   * null where WebAssembly has no vectors, or no memory, here. Without a thread it is the same one for all, who so may not
   * leave it between `begin` and the last of `counts`.
   */
  static open(thread: CountingThread | null = null): SharedCounter | null {
    if (!thread && alone) return alone;
    const desk = thread?.desk ?? openDesk();
    const own = desk && ChunkCounter.open(desk, desk.sides[0]);
    if (!own) return null;
    const counter = new SharedCounter(desk, own);
    if (!thread) alone = counter;
    return counter;
  }

  /** Takes the thresholds of queries, at least one each; nothing is counted yet. */
  begin(thresholds: readonly Float32Array[]): void {
    this.#finish();
    const desk = this.#desk;
    let end = 0;
    thresholds.forEach((own, query) => {
      desk.begins[query] = end;
      desk.thresholds.set(own, end);
      end += own.length;
    });
    desk.begins[thresholds.length] = end;
    for (const { lanes } of desk.sides) lanes.fill(0, 0, FOUR * end);
  }

  /** To be filled, before each `add`. */
  get slot(): Slot {
    return this.#desk.slots[this.#given % SLOTS]!;
  }

  /** Counts what the slot holds; calls for what may be on either side of a threshold, until `counts` returns. */
  add(unclear: Hear): void {
    const { slot } = this;
    const desk = this.#desk;
    if (this.#state() === state.there) {
      this.#hear();
      if (this.#given - this.#read < SLOTS - 1) {
        this.#hearing[this.#given % SLOTS] = unclear;
        this.#given++;
        Atomics.store(desk.given, 0, this.#given);
        tell(desk.asked);
        return;
      }
    }
    this.#own.add(slot, unclear);
  }

  /** How many values are below each threshold of a query. */
  counts(query: number): Uint32Array {
    this.#finish();
    const { begins, sides } = this.#desk;
    const [begin, end] = [begins[query]!, begins[query + 1]!];
    return Uint32Array.from({ length: end - begin }, (_, i) => {
      let sum = 0;
      for (const { lanes } of sides) for (let lane = 0; lane < FOUR; lane++) sum += lanes[FOUR * (begin + i) + lane]!;
      return sum;
    });
  }

  /** Errors: the thread's, which were a defect. */
  #state(): number {
    const now = Atomics.load(this.#desk.state, 0);
    if (now === state.failed) throw new Error('the thread that counts has failed');
    return now;
  }

  /** Hears what the thread has to tell. */
  #hear(): void {
    const desk = this.#desk;
    for (;;) {
      const isDone = Atomics.load(desk.done, 0) > this.#read;
      const slot = desk.slots[this.#read % SLOTS]!;
      if (!isDone && Atomics.load(slot.full, 0) === 0) return;
      const hear = this.#hearing[this.#read % SLOTS]!;
      const { told, found } = slot;
      for (let i = 0; i < 3 * told[0]!; i += 3) {
        hear({ query: found[i]!, value: found[i + 1]!, threshold: found[i + 2]! });
      }
      if (isDone) {
        this.#read++;
        continue;
      }
      Atomics.store(slot.full, 0, 0);
      tell(desk.asked);
    }
  }

  /** Waits until the thread has counted all that it was given. */
  #finish(): void {
    const { answered } = this.#desk;
    for (let look = 0; look < LOOKS; look++) {
      const now = Atomics.load(answered, 0);
      this.#hear();
      if (this.#read === this.#given) return;
      this.#state();
      if (Atomics.wait(answered, 0, now, LOOK) !== 'timed-out') look = -1;
    }
    throw new Error('the thread that counts does not answer');
  }
}
