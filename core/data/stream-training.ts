import type { StreamData } from '../contract/index.js';
import type { FittedFields } from './fields.js';
import type { ItemSet, Side } from './item-set.js';
import type { DataRequest, Training, TrainingPool } from './open.js';
import { createPool } from './pool.js';
import { cellTexts, encodeNames } from './relate.js';
import { passOver, rowsIn } from './stream-pass.js';
import { joinStreamRows, type StreamRows, selectStreamRows } from './stream-rows.js';
import { type Survey, trainingGroups } from './stream-survey.js';

/**
 * Decodes rows into a set. Of a stream of pairs, row i is item i on the left and item n + i on the right, in no group.
 */
export function streamedItems(rows: StreamRows, fields: FittedFields): ItemSet {
  const { count, keys } = rows;
  const { columns } = rows.right
    ? joinStreamRows([
        { ...rows, right: null },
        { ...rows, columns: rows.right, right: null },
      ])
    : rows;
  const size = rows.right ? 2 * count : count;
  const stored = fields.encode(columns, size, (row) => `item ${keys[row % count]}`);
  const side: Side = {
    size,
    gather: (wanted) => fields.gather(stored, wanted),
    key: (row) => (rows.right ? `${keys[row % count]}${row < count ? ' left' : ' right'}` : keys[row]!),
  };
  return {
    left: side,
    right: side,
    groups: rows.right ? null : rows.groups && encodeNames(rows.groups).codes,
    impostorOf: null,
    pairs: rows.right && {
      left: Int32Array.from({ length: count }, (_, i) => i),
      right: Int32Array.from({ length: count }, (_, i) => count + i),
      target: rows.target ?? new Float32Array(count).fill(1),
      weight: null,
    },
    triplets: null,
    column: (name) => encodeNames(cellTexts(columns[name]!)).codes,
  };
}

/** The training part of a stream: a pass per epoch, one buffer of rows after another. */
export function streamedTraining(
  data: StreamData,
  request: DataRequest,
  known: { readonly survey: Survey; readonly fields: FittedFields },
): Training {
  const { survey, fields } = known;
  const groups = trainingGroups(survey);
  const codes = new Map(groups.map(([name], code) => [name, code]));
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
    async *pools() {
      let index = 0;
      for await (const rows of buffers(data, request)) {
        yield poolOf(streamedItems(rows, fields), { rows, codes, index: index++ });
      }
    },
  };
}

/**
 * The pool numbers the groups of its own buffer, without gaps; the items keep the codes that are theirs in all buffers,
 * as the labels of a loss.
 */
function poolOf(
  items: ItemSet,
  { rows, codes, index }: { readonly rows: StreamRows; readonly codes: Map<string, number>; readonly index: number },
): TrainingPool {
  const pool = createPool({
    size: items.left.size,
    groups: items.groups,
    pairs: items.pairs,
    triplets: null,
    column: items.column,
  });
  const groups = items.groups && Int32Array.from(rows.groups!, (name) => (name === null ? -1 : codes.get(name)!));
  return { items: { ...items, groups }, pool, index };
}

/**
 * Training rows, `shuffleBuffer` at a time; the last buffer has half to one and a half times as many, never a handful.
 */
async function* buffers(data: StreamData, request: DataRequest): AsyncGenerator<StreamRows> {
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
