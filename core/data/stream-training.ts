import type { StreamData } from '../contract/index.js';
import { type EncodedRows, encodeRows, itemsOf } from './encoded-rows.js';
import type { FittedFields } from './fields.js';
import type { DataRequest, Training, TrainingPool } from './open.js';
import { createPool } from './pool.js';
import type { ReadAhead } from './read-ahead.js';
import { type PassRequest, passOver, rowsIn } from './stream-pass.js';
import { joinStreamRows, type StreamRows, selectStreamRows } from './stream-rows.js';
import { type Survey, trainingGroups } from './stream-survey.js';

/** What is known of a stream after the first pass over it. */
interface Known {
  readonly survey: Survey;
  readonly fields: FittedFields;
  /** null: nothing is read ahead. */
  readonly ahead: ReadAhead | null;
}

/** The training part of a stream: a pass per epoch, one buffer of rows after another. */
export function streamedTraining(data: StreamData, request: DataRequest, { survey, fields, ahead }: Known): Training {
  const groups = trainingGroups(survey);
  const codes = codesByName(groups.map(([name]) => name));
  const { train } = survey.rows;
  const items = survey.pairs ? 2 * train : train;
  return {
    access: 'stream',
    counts: {
      items,
      rightItems: items,
      groupSizes: Int32Array.from(survey.pairs ? [] : groups, ([, size]) => size),
      pairs: survey.pairs ? train : 0,
      positives: survey.pairs ? survey.positives : 0,
      triplets: 0,
    },
    async *pools(_epoch, from = 0) {
      let index = from;
      const buffers = (await ahead?.pass(from)) ?? encodedBuffers(data, { ...request, fields, codes }, from);
      for await (const rows of buffers) yield poolOf(rows, fields, index++);
    },
  };
}

/** Codes of the groups of training: their place in the list. */
export const codesByName = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name, code) => [name, code]));

/**
 * The pool numbers the groups of its own buffer, without gaps; the items keep the codes that are theirs in all buffers,
 * as the labels of a loss.
 */
function poolOf(rows: EncodedRows, fields: FittedFields, index: number): TrainingPool {
  const items = itemsOf(rows, fields);
  const pool = createPool({
    size: items.left.size,
    groups: items.groups && byAppearance(items.groups),
    pairs: items.pairs,
    triplets: null,
    column: items.column,
  });
  return { items, pool, index };
}

function byAppearance(codes: Int32Array): Int32Array {
  const known = new Map<number, number>([[-1, -1]]);
  return codes.map((code) => {
    if (!known.has(code)) known.set(code, known.size - 1);
    return known.get(code)!;
  });
}

/** What the buffers of a stream follow from, beside the stream. */
export interface BufferRequest extends PassRequest {
  readonly shuffleBuffer: number;
  readonly columns: readonly string[];
  readonly fields: FittedFields;
  readonly codes: ReadonlyMap<string, number>;
}

/** The buffers of a pass from one on, encoded. Errors: those of the source, the split and the fields. */
export async function* encodedBuffers(
  data: StreamData,
  request: BufferRequest,
  from: number,
): AsyncGenerator<EncodedRows> {
  let index = 0;
  for await (const rows of buffers(data, request)) if (index++ >= from) yield encodeRows(rows, request);
}

/**
 * Training rows, `shuffleBuffer` at a time; the last buffer has half to one and a half times as many, never a handful.
 */
async function* buffers(data: StreamData, request: BufferRequest): AsyncGenerator<StreamRows> {
  const size = request.shuffleBuffer;
  let pending: StreamRows[] = [];
  let held = 0;
  for await (const block of passOver(data, request)) {
    const train = rowsIn(block, 'train');
    if (train.count === 0) continue;
    pending.push(train);
    held += train.count;
    if (held < 1.5 * size) continue;
    const all = joinStreamRows(pending);
    let from = 0;
    for (; held - from >= 1.5 * size; from += size) yield selectStreamRows(all, range(from, from + size));
    pending = [selectStreamRows(all, range(from, held))];
    held -= from;
  }
  if (held > 0) yield joinStreamRows(pending);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
