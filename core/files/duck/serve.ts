import { createRequire } from 'node:module';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { cut } from './cut.js';
import { openDatabase, PACKAGE, type Package } from './database.js';
import { AHEAD, type FromDuck, type ToDuck } from './messages.js';

/** A query that is answered. */
interface Answer {
  /** Chunks that may be sent. */
  credit: number;
  isEnded: boolean;
  wake: (() => void) | null;
}

const answers = new Map<number, Answer>();
let instance: DuckDBInstance | null = null;

const tell = (message: FromDuck): void => void process.send!(message);

/** What a query, or the opening under 0, came to. Arrays that cannot be made are told as DuckDB tells of its own. */
function fail(query: number, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const isTooLarge = error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG';
  tell({ kind: 'failed', query, message: isTooLarge ? `Out of Memory Error: ${message}` : message });
}

async function open(paths: readonly string[]): Promise<void> {
  let duckdb: Package;
  try {
    duckdb = createRequire(import.meta.url)(PACKAGE); // an import takes half as long again
  } catch (error) {
    const message = (error as Error).message.split('\n')[0]!;
    const isAbsent = message.startsWith(`Cannot find module '${PACKAGE}'`); // and not one that it needs
    return tell({ kind: 'absent', why: isAbsent ? 'is not installed' : `cannot be loaded (${message})` });
  }
  try {
    instance = await openDatabase(duckdb, paths);
    tell({ kind: 'opened' });
  } catch (error) {
    fail(0, error);
  }
}

async function answer(query: number, sql: string): Promise<void> {
  let connection: DuckDBConnection | null = null;
  try {
    connection = await instance!.connect(); // of its own: a second query would end the first one's rows
    const result = await connection.stream(sql);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return tell({ kind: 'done', query });
      for (const piece of cut(chunk)) {
        if (!(await isWanted(query))) return;
        tell({ kind: 'chunk', query, chunk: piece });
      }
    }
  } catch (error) {
    fail(query, error);
  } finally {
    answers.delete(query);
    connection?.closeSync();
  }
}

/** Waits until a chunk may be sent; false: none is wanted any more. */
async function isWanted(query: number): Promise<boolean> {
  const state = answers.get(query)!;
  while (state.credit === 0 && !state.isEnded)
    await new Promise<void>((resolve) => {
      state.wake = resolve;
    });
  state.credit--;
  return !state.isEnded;
}

/** Answers who started this process, and ends with him: not by a signal that is meant for all of a group, or a service. */
export function serveDuck(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('message', (message: ToDuck) => {
    if (message.kind === 'open') return void open(message.paths);
    if (message.kind === 'query') {
      answers.set(message.query, { credit: AHEAD, isEnded: false, wake: null });
      return void answer(message.query, message.sql);
    }
    const state = answers.get(message.query);
    if (!state) return; // done before
    if (message.kind === 'more') state.credit++;
    else state.isEnded = true;
    state.wake?.();
  });
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL')); // at once, in the middle of a query, too
}
