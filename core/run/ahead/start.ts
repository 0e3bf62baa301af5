import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { DataRequest } from '../../data/open.js';
import type { StartReadAhead } from '../../data/read-ahead.js';
import type { SessionRequest } from '../session.js';
import { ReadingThread } from './thread.js';

/** What the thread runs: beside the compiled code. Siamese's own sources in TypeScript run without. */
const entry = new URL('../../read-ahead.js', import.meta.url);

/**
 * Reads a stream ahead in a thread, where one processor is left for it and the training part has more than one buffer. What
 * can be gone on with in another process can be opened in another thread: so can the sources of others.
 */
export function readAhead(session: SessionRequest, request: DataRequest): StartReadAhead {
  const { plan, registry, files, log } = session;
  const { source, split } = plan.data;
  const known = registry.get('source', source.type)!;
  const isPlain = registry.groups.some(({ plugins }) => plugins.includes(known)); // not one that stands in for it
  return (surveyed) => {
    const isWorth = surveyed.rows > 1.5 * request.shuffleBuffer;
    if (!isWorth || !isPlain || availableParallelism() < 2 || !existsSync(entry)) return null;
    const isOthers = [source, split].some(({ type }) => type.includes('/'));
    return new ReadingThread(
      entry,
      {
        files: files.again(),
        source,
        split,
        plugins: isOthers ? plan.plugins : [],
        fields: plan.data.fields,
        relations: plan.data.relations,
        fold: request.fold,
        columns: request.columns,
        shuffleBuffer: request.shuffleBuffer,
        surveyed,
      },
      { log, signal: files.signal },
    );
  };
}
