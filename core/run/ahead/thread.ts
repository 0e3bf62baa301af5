import { Worker } from 'node:worker_threads';
import type { Log } from '../../contract/index.js';
import type { EncodedRows } from '../../data/encoded-rows.js';
import type { ReadAhead } from '../../data/read-ahead.js';
import { ProblemError, problem } from '../../problem/index.js';
import type { FromThread, ThreadRequest, ToThread } from './messages.js';

/** Milliseconds that the thread is given to close what it holds before it is ended: less than a source is given. */
const CLOSING = 1000;

interface Watching {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The thread that reads ahead, as the training sees it. */
export class ReadingThread implements ReadAhead {
  readonly #worker: Worker;
  readonly #signal: AbortSignal;
  readonly #log: Log;
  readonly #inbox: FromThread[] = [];
  #death: ProblemError | null = null;
  #wake: (() => void) | null = null;
  /** Where the thread stands: nothing is asked of it yet, it is within a pass, between two, or of no use. */
  #stands: 'new' | 'within' | 'between' | 'gone' = 'new';
  #isClosing = false;
  readonly #ended: Promise<void>;

  constructor(entry: URL, request: ThreadRequest, { log, signal }: Watching) {
    this.#log = log;
    this.#signal = signal;
    this.#worker = new Worker(entry, { workerData: request, execArgv: [] }); // flags such as --input-type are the program's own
    this.#worker.on('message', (message: FromThread) => this.#hear(message));
    this.#worker.on('error', (error: NodeJS.ErrnoException) => this.#die(error));
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#die(new Error(`it ended with status ${code}`));
        resolve();
      });
    });
    signal.addEventListener('abort', this.#awaken);
  }

  async pass(from: number): Promise<AsyncIterable<EncodedRows> | null> {
    if (this.#stands === 'gone') return null;
    const isFirst = this.#stands === 'new';
    if (isFirst && !(await this.#isOpened())) return null;
    if (this.#stands === 'within' || (!isFirst && from !== 0)) {
      await this.close(); // nobody goes on in another place; who does can read for himself
      return null;
    }
    if (isFirst) this.#tell({ kind: 'begin', from });
    this.#stands = 'within';
    return this.#buffers();
  }

  async close(): Promise<void> {
    this.#stands = 'gone';
    this.#isClosing = true;
    this.#signal.removeEventListener('abort', this.#awaken);
    this.#tell({ kind: 'close' });
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSING);
    await this.#ended;
    clearTimeout(timer);
  }

  async *#buffers(): AsyncGenerator<EncodedRows> {
    for (;;) {
      const message = await this.#next();
      if (message.kind === 'buffer') {
        this.#tell({ kind: 'more' }); // the next one is made while this one is in use
        yield message.rows;
      } else if (message.kind === 'failed') {
        this.#stands = 'gone';
        throw message.problems ? new ProblemError(message.problems) : new Error(message.message);
      } else {
        this.#stands = 'between';
        return;
      }
    }
  }

  async #isOpened(): Promise<boolean> {
    const message = await this.#next();
    if (message.kind === 'opened') return true;
    const why = message.kind === 'refused' ? message.why : message.kind;
    this.#log.info(`the data is read between the steps, since a thread cannot open it: ${why}`);
    await this.close();
    return false;
  }

  /** The next message. Errors: the signal's own, and what the thread died of. */
  async #next(): Promise<FromThread> {
    for (;;) {
      this.#signal.throwIfAborted();
      const message = this.#inbox.shift();
      if (message) return message;
      if (this.#death) {
        this.#stands = 'gone';
        throw this.#death;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #hear(message: FromThread): void {
    if (message.kind === 'log') this.#log[message.level](message.message);
    else this.#inbox.push(message);
    this.#awaken();
  }

  #die(error: NodeJS.ErrnoException): void {
    if (!this.#isClosing) this.#death ??= deathOf(error);
    this.#awaken();
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  readonly #awaken = (): void => {
    this.#wake?.();
    this.#wake = null;
  };
}

/** A thread that is no more, in the user's words. */
function deathOf(error: NodeJS.ErrnoException): ProblemError {
  const hint = 'A checkpoint is gone on with by `siamese run --resume RUN`.';
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') {
    return new ProblemError(
      problem('PLUGIN_FAILED', `the thread that reads the data ahead died: ${error.message}`, { hint }),
    );
  }
  const message = 'the thread that reads the data ahead ran out of memory: a smaller data.shuffleBuffer needs less';
  return new ProblemError(problem('MEMORY', message, { hint }));
}
