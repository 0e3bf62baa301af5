import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Chunks, Counter, Unclear } from './chunk-counter.js';
import { type Desk, deskIn, fitChunks, fits, job, turn } from './count-desk.js';

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
  const desk = deskIn();
  const worker = new Worker(entry, { workerData: desk.memory, execArgv: [] }); // flags such as --input-type are the program's own
  // Without one of its own the error would be the program's: what is asked of the thread then says that it failed.
  worker.on('error', () => {});
  worker.unref();
  const end = async (): Promise<void> => {
    Atomics.store(desk.turn, 0, turn.closing);
    Atomics.notify(desk.turn, 0);
    await worker.terminate();
  };
  return { desk, end };
}

/**
 * Counts in two threads: what is to be counted goes to the other one where that is free, and is counted here where it is
 * not. Counts are sums, so that it does not matter who has counted what.
 */
export class SharedCounter implements Counter {
  readonly #own: Counter;
  readonly #desk: Desk;
  /** Whether the thread counts for these queries: it may start late, or there may be more of them than the desk holds. */
  #isShared = false;
  #lengths: readonly number[] = [];
  #unclear: ((one: Unclear) => void) | null = null;
  #counts: readonly Uint32Array[] | null = null;
  constructor(own: Counter, { desk }: CountingThread) {
    this.#own = own;
    this.#desk = desk;
  }

  begin(thresholds: readonly Float32Array[]): void {
    this.#own.begin(thresholds);
    this.#lengths = thresholds.map(({ length }) => length);
    this.#counts = null;
    const all = this.#lengths.reduce((sum, one) => sum + one, 0);
    this.#isShared = fits(thresholds.length, all) && this.#turn() === turn.free;
    if (!this.#isShared) return;
    const desk = this.#desk;
    desk.perQuery.set(this.#lengths);
    let at = 0;
    for (const own of thresholds) {
      desk.thresholds.set(own, at);
      at += own.length;
    }
    this.#ask(job.begin, thresholds.length);
  }

  add(chunks: Chunks, unclear: (one: Unclear) => void): void {
    if (!this.#isShared || !this.#isFree() || !fitChunks(chunks.margins.length)) {
      this.#own.add(chunks, unclear);
      return;
    }
    const desk = this.#desk;
    desk.values.set(chunks.values);
    desk.margins.set(chunks.margins);
    desk.perQuery.set(chunks.perQuery);
    desk.chunks[0] = chunks.margins.length;
    this.#unclear = unclear;
    this.#ask(job.add, chunks.perQuery.length);
  }

  /** Calls for what is still to be told, before it returns. */
  counts(query: number): Uint32Array {
    const own = this.#own.counts(query);
    if (!this.#isShared) return own;
    this.#counts ??= this.#countsOfThread();
    const others = this.#counts[query]!;
    return own.map((count, i) => count + others[i]!);
  }

  #countsOfThread(): readonly Uint32Array[] {
    while (!this.#isFree()) this.#wait();
    this.#ask(job.counts, this.#lengths.length);
    while (!this.#isFree()) this.#wait();
    let end = 0;
    return this.#lengths.map((length) => {
      end += length;
      return this.#desk.counts.slice(end - length, end);
    });
  }

  /** Errors: the thread's, which were a defect. */
  #turn(): number {
    const now = Atomics.load(this.#desk.turn, 0);
    if (now === turn.failed) throw new Error('the thread that counts has failed');
    return now;
  }

  /** Hears what the thread has to tell. */
  #isFree(): boolean {
    const now = this.#turn();
    if (now === turn.busy) return false;
    const { told, found } = this.#desk;
    for (let i = 0; i < 3 * told[0]!; i += 3) {
      this.#unclear!({ query: found[i]!, value: found[i + 1]!, threshold: found[i + 2]! });
    }
    told[0] = 0;
    if (now === turn.full) this.#hand();
    return now === turn.free;
  }

  #ask(kind: number, queries: number): void {
    this.#desk.kind[0] = kind;
    this.#desk.queries[0] = queries;
    this.#hand();
  }

  #hand(): void {
    Atomics.store(this.#desk.turn, 0, turn.busy);
    Atomics.notify(this.#desk.turn, 0);
  }

  #wait(): void {
    for (let look = 0; look < LOOKS; look++) {
      if (Atomics.wait(this.#desk.turn, 0, turn.busy, LOOK) !== 'timed-out') return;
    }
    throw new Error('the thread that counts does not answer');
  }
}
