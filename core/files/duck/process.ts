import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { fail } from '../../problem/index.js';
import { PACKAGE } from './database.js';
import type { FromDuck, ToDuck } from './messages.js';

/** What the process runs: beside the compiled code. */
const entry = new URL('../../duck-reader.js', import.meta.url);

/** Characters of what a process said last that are kept: why it ended, perhaps. */
const LAST_WORDS = 2000;

interface Death {
  readonly status: number | null;
  readonly signal: string | null;
  readonly lastWords: string;
}

/**
 * A process in which DuckDB reads some files. DuckDB is native code, of which a damaged file may make anything: where it
 * crashes, that process ends and not siamese. A terminal's Ctrl-C does not reach it; it ends with who started it.
 */
export class DuckProcess {
  readonly #label: string;
  readonly #signal: AbortSignal;
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  /** Messages that nobody has taken: of each query that is under way, and of the opening under 0. */
  readonly #inbox = new Map<number, FromDuck[]>([[0, []]]);
  #queries = 0;
  #waiting: (() => void)[] = [];
  #death: Death | null = null;
  #isClosed = false;

  /** `label`: what messages call the files. Errors: DATA_FORMAT. */
  constructor(paths: readonly string[], label: string, signal: AbortSignal) {
    this.#label = label;
    this.#signal = signal;
    this.#child = start();
    this.#closed = this.#untilClosed();
    this.#child.on('message', (message: FromDuck) => this.#hear(message));
    signal.addEventListener('abort', this.#awaken);
    this.#keepAlive(false);
    this.#tell({ kind: 'open', paths });
  }

  /** The files can be queried. Errors: DATA_FORMAT where DuckDB cannot be loaded; as of `next`. */
  async opened(): Promise<void> {
    const message = await this.next(0);
    if (message.kind === 'failed') throw new Error(`DuckDB cannot be opened: ${message.message}`);
    if (message.kind === 'absent')
      fail('DATA_FORMAT', `Parquet is read by DuckDB, which ${message.why}: npm install ${PACKAGE}@1.5.6-r.1`);
  }

  /** Begins a query; its number. */
  begin(sql: string): number {
    const query = ++this.#queries;
    this.#inbox.set(query, []);
    this.#tell({ kind: 'query', query, sql });
    return query;
  }

  /** The next message of a query. Errors: the signal's own; DATA_FORMAT, MEMORY, PLUGIN_FAILED: what the process died of. */
  async next(query: number): Promise<FromDuck> {
    for (;;) {
      this.#signal.throwIfAborted();
      const message = this.#inbox.get(query)?.shift();
      if (message) {
        if (message.kind === 'chunk') this.#tell({ kind: 'more', query });
        return message;
      }
      if (this.#isClosed) throw new Error(`${this.#label} is closed`);
      if (this.#death) failDead(this.#label, this.#death);
      this.#keepAlive(true);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Nothing more of a query is wanted. */
  end(query: number): void {
    this.#inbox.delete(query);
    this.#tell({ kind: 'end', query });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#signal.removeEventListener('abort', this.#awaken);
    this.#child.kill('SIGKILL'); // it has nothing to lose
    this.#awaken();
    this.#keepAlive(true);
    await this.#closed;
  }

  /** Who waits for an answer, or for the end, keeps siamese alive; an open file does not. */
  #keepAlive(isWaiting: boolean): void {
    const { channel, stderr } = this.#child;
    for (const handle of [this.#child, channel, stderr as Socket | null]) {
      if (isWaiting) handle?.ref();
      else handle?.unref();
    }
  }

  #tell(message: ToDuck): void {
    if (this.#child.connected) this.#child.send(message, () => {}); // that it is gone is told to who waits for an answer
  }

  #hear(message: FromDuck): void {
    this.#inbox.get('query' in message ? message.query : 0)?.push(message);
    this.#awaken();
  }

  /** Once it has ended and what it sent has been heard. */
  async #untilClosed(): Promise<void> {
    let lastWords = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS);
    });
    this.#death = await new Promise<Death>((resolve) => {
      this.#child.once('error', ({ message }) => resolve({ status: null, signal: null, lastWords: message }));
      this.#child.once('close', (status, signal) => resolve({ status, signal, lastWords }));
    });
    this.#awaken();
  }

  readonly #awaken = (): void => {
    this.#keepAlive(this.#isClosed);
    for (const resolve of this.#waiting.splice(0)) resolve();
  };
}

/** A Node that may not start others throws; one that cannot says so later. */
function start(): ChildProcess {
  try {
    const options: ForkOptions & { readonly windowsHide: boolean } = {
      detached: true,
      execArgv: [], // flags such as --input-type are the program's own
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      windowsHide: true,
    };
    return fork(entry, options);
  } catch (error) {
    return failStarting((error as Error).message);
  }
}

const failStarting = (why: string): never =>
  fail('DATA_FORMAT', `Parquet is read by DuckDB in a process of its own, which cannot be started: ${why}`);

/** What native code ends by; on Windows by statuses from here on. */
const crashes: readonly (string | null)[] = ['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'];
const CRASH = 0xc0000000;

/** A process that is no more, in the user's words. */
function failDead(label: string, { status, signal, lastWords }: Death): never {
  if (status === null && signal === null) return failStarting(lastWords);
  if (signal === 'SIGKILL') fail('MEMORY', `the process that reads ${label} was killed, for want of memory perhaps`);
  if (/heap out of memory|bad_alloc/.test(lastWords))
    fail('MEMORY', `the process that reads ${label} ran out of memory: is the file what it seems?`);
  if (crashes.includes(signal) || (status ?? 0) >= CRASH)
    fail('DATA_FORMAT', `${label} is damaged: DuckDB crashed when it read it (${signal ?? status})`);
  if (signal !== null) fail('PLUGIN_FAILED', `the process that reads ${label} was ended from outside (${signal})`);
  throw new Error(`the process that reads ${label} ended with status ${status}: ${lastWords}`);
}
