import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { ProblemError, problem } from '../../problem/index.js';
import type { ReadRows, RowFile } from './read-rows.js';

/** What a thread runs: beside the compiled code. Siamese's own sources in TypeScript run without. */
const usual = new URL('../../row-reader.js', import.meta.url);
/** Reads that are under way at a time: a disk does several in the time of one. */
const THREADS = 4;
/** After so many batches in a row that lay in memory only one of `RARELY` is read, until one does not. */
const [CALM, RARELY] = [16, 8];
/** Share of rows that may be slow in memory too: on a busy machine a thread has to wait for its turn. */
const BUSY = 0.1;

/** Reads rows of files that memory does not hold before they are wanted, so that they are there then. */
export interface RowsAhead {
  /** Done when the rows are there; null where they need not be waited for. Errors: DATA_MISSING, PLUGIN_FAILED. */
  read(rows: Int32Array): Promise<void> | null;
  close(): void;
}

/** null: there is nothing to run the threads with. `entry`: what they run. */
export function openRowsAhead(files: readonly RowFile[], entry = usual): RowsAhead | null {
  return existsSync(entry) ? new Readers(files, entry) : null;
}

class Readers implements RowsAhead {
  readonly #files: readonly RowFile[];
  readonly #entry: URL;
  #readers: readonly Reader[] = [];
  /** Batches in a row that lay in memory, and all that were asked for. */
  #calm = 0;
  #asked = 0;
  /** Blocks that this process has read from disks. */
  #fromDisk = 0;
  constructor(files: readonly RowFile[], entry: URL) {
    this.#files = files;
    this.#entry = entry;
  }

  read(rows: Int32Array): Promise<void> | null {
    if (this.#calm >= CALM && this.#asked++ % RARELY !== 0) return null;
    if (this.#readers.length === 0)
      this.#readers = Array.from({ length: THREADS }, () => new Reader(this.#files, this.#entry));
    const share = Math.ceil(rows.length / THREADS);
    const reads = this.#readers.map((reader, i) => reader.read(rows.slice(i * share, (i + 1) * share)));
    return this.#all(reads, rows.length);
  }

  /** Whether the rows lay in memory tells the system, which counts what it reads from disks, and the time that it took. */
  async #all(reads: readonly Promise<number>[], count: number): Promise<void> {
    const slow = (await Promise.all(reads)).reduce((sum, one) => sum + one, 0);
    const { fsRead } = process.resourceUsage();
    const isCalm = fsRead === this.#fromDisk && slow <= BUSY * count;
    this.#fromDisk = fsRead;
    this.#calm = isCalm ? this.#calm + 1 : 0;
  }

  close(): void {
    for (const reader of this.#readers) reader.end();
  }
}

interface Waiting {
  readonly done: (slow: number) => void;
  readonly failed: (error: Error) => void;
}

/** One thread: it answers in the order in which it is asked. */
class Reader {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #death: Error | null = null;
  constructor(files: readonly RowFile[], entry: URL) {
    this.#worker = new Worker(entry, { workerData: files, execArgv: [] }); // flags such as --input-type are the program's own
    this.#worker.on('message', (answer: ReadRows) => {
      const { done, failed } = this.#waiting.shift()!;
      if (this.#waiting.length === 0) this.#worker.unref();
      if ('slow' in answer) done(answer.slow);
      else failed(new ProblemError(answer.problems));
    });
    this.#worker.on('error', (error: Error) => this.#die(error));
    this.#worker.unref();
  }

  /** How many of the rows had to be waited for. */
  read(rows: Int32Array): Promise<number> {
    const read = new Promise<number>((done, failed) => {
      if (this.#death) failed(this.#death);
      else this.#waiting.push({ done, failed });
    });
    read.catch(() => {}); // who waits for it hears of it; nobody waits for what is not used any more
    if (!this.#death) this.#worker.postMessage(rows);
    if (this.#waiting.length === 1) this.#worker.ref(); // a process lives until it has what it waits for
    return read;
  }

  end(): void {
    void this.#worker.terminate();
  }

  #die(error: Error): void {
    const message = `a thread that reads items ahead died: ${error.message}`;
    this.#death = new ProblemError(problem('PLUGIN_FAILED', message));
    for (const { failed } of this.#waiting.splice(0)) failed(this.#death);
  }
}
