import type { Assignment, Chunk, Part3, SplitRow, StreamData } from '../contract/index.js';
import { fail, guarded } from '../problem/index.js';
import { hashUnit } from '../random/index.js';
import { answers } from './divide.js';
import type { DataRequest } from './open.js';
import { groupTexts } from './relate.js';
import { type StreamRows, selectStreamRows } from './stream-rows.js';

/** Rows of a chunk with what the split said of each. */
export interface AssignedRows {
  readonly rows: StreamRows;
  readonly assigned: readonly Assignment[];
}

/** What a pass needs of a request. */
export type PassRequest = Pick<DataRequest, 'fold' | 'relations'> & {
  readonly files: Pick<DataRequest['files'], 'signal'>;
  readonly split: Pick<DataRequest['split'], 'assignRow'>;
};

/** One pass over the stream, chunk after chunk. Errors: STREAM; those of the source and the split. */
export async function* passOver(data: StreamData, request: PassRequest): AsyncGenerator<AssignedRows> {
  for await (const chunk of data.chunks(null, { index: 0, count: 1 })) {
    request.files.signal.throwIfAborted();
    const rows = rowsOf(chunk, request);
    yield { rows, assigned: rows.keys.map((_, row) => assignRow(rows, row, request)) };
  }
}

export function rowsIn({ rows, assigned }: AssignedRows, part: Part3): StreamRows {
  const chosen = assigned.flatMap((one, row) => (one === part ? [row] : []));
  return chosen.length === rows.count ? rows : selectStreamRows(rows, chosen);
}

function rowsOf(chunk: Chunk, request: PassRequest): StreamRows {
  const count = chunk.keys.length;
  const { group } = request.relations;
  return {
    count,
    keys: chunk.keys,
    columns: chunk.columns,
    groups: group === null ? chunk.groups : groupTexts(group, chunk.columns, count),
    right: chunk.pairs?.right ?? null,
    target: chunk.pairs?.target ?? null,
  };
}

function assignRow(rows: StreamRows, row: number, request: PassRequest): Assignment {
  const { assignRow: assign } = request.split;
  if (!assign) fail('STREAM', 'this split needs all the data at once; a stream has hash, given and none');
  const view: SplitRow = {
    key: rows.keys[row]!,
    group: rows.groups?.[row] ?? null,
    column: (name) => (rows.columns[name] as ArrayLike<string | number | null> | undefined)?.[row] ?? null,
  };
  const part = guarded('the split', () => assign(view, request.fold, hashUnit));
  if (answers.has(part)) return part;
  return fail(
    'PLUGIN_FAILED',
    `data.split said "${part}" of the row ${view.key}; it must be ${[...answers].join(', ')}`,
  );
}
