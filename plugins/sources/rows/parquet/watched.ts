import type { Files } from '../../../../core/contract/index.js';
import { type Duck, type DuckChunk, openDuck } from '../../../../core/files/index.js';

/** Milliseconds after which the files of a query that is still read are looked at again. */
const OFTEN = 1000;

/**
 * A DuckDB that reads files which must stay what they were. It opens them by their paths, for every query anew: what was put
 * in their place meanwhile would be read as if it had been there from the start.
 * Errors of its queries, beside DuckDB's: DATA_MISSING, where a file is gone, or is another one.
 */
export async function openWatched(files: Files, paths: readonly string[], label: string): Promise<Duck> {
  const duck = await openDuck(paths, label, files.signal);
  const requireSame = async (): Promise<void> => {
    for (const path of paths) await (await files.open(path)).close();
  };
  /** Of two errors that of the files is the cause. */
  const blamed = async (error: unknown): Promise<never> => {
    await requireSame();
    throw error;
  };
  async function* stream(sql: string): AsyncGenerator<DuckChunk> {
    let looked = Number.NEGATIVE_INFINITY;
    try {
      for await (const chunk of duck.stream(sql)) {
        if (performance.now() - looked > OFTEN) {
          await requireSame();
          looked = performance.now();
        }
        yield chunk;
      }
    } catch (error) {
      await blamed(error);
    }
    await requireSame();
  }
  return {
    stream,
    async rows(sql) {
      const rows = await duck.rows(sql).catch(blamed);
      await requireSame();
      return rows;
    },
    close: () => duck.close(),
  };
}
