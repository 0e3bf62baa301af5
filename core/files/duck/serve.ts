import { createRequire } from 'node:module';
import type { DuckDBInstance } from '@duckdb/node-api';
import { Cutter } from './cut.js';
import { openDatabase, type Package } from './database.js';
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

async function open(paths: readonly string[]): Promise<void> {
  let duckdb: Package;
  try {
    duckdb = createRequire(import.meta.url)('@duckdb/node-api'); // an import takes half as long again
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'MODULE_NOT_FOUND' ? 'is not installed' : `cannot be loaded (${message})`;
    return tell({ kind: 'absent', why });
  }
  instance = await openDatabase(duckdb, paths);
  tell({ kind: 'opened' });
}

async function answer(query: number, sql: string): Promise<void> {
  const connection = await instance!.connect(); // of its own: a second query would end the first one's rows
  try {
    const cutter = new Cutter();
    const result = await connection.stream(sql);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return tell({ kind: 'done', query });
      for (const piece of cutter.cut(chunk)) {
        if (!(await isWanted(query))) return;
        tell({ kind: 'chunk', query, chunk: piece });
      }
    }
  } catch (error) {
    tell({ kind: 'failed', query, message: error instanceof Error ? error.message : String(error) });
  } finally {
    answers.delete(query);
    connection.closeSync();
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

/** Answers who started this process, and ends with him. */
export function serveDuck(): void {
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
