import type {
  Assignment,
  Chunk,
  DataDescription,
  FieldPlans,
  Part3,
  SplitRow,
  StreamData,
} from '../contract/index.js';
import { fail } from '../problem/index.js';
import { hashUnit } from '../random/index.js';
import type { FittedFields } from './fields.js';
import { fitSide } from './fit-sides.js';
import type { ItemSet, Side } from './item-set.js';
import { keepLedger, type Ledger, proveDisjoint } from './ledger.js';
import type { DataRequest, OpenedData, Training, TrainingPool } from './open.js';
import { createPool } from './pool.js';
import { cellTexts, encodeNames, groupTexts } from './relate.js';
import { joinStreamRows, type StreamRows, StreamSample, selectStreamRows } from './stream-rows.js';

/** Validation and test parts of a stream are held in memory: at most this many items each, a sample by hash beyond. */
const EVALUATION_ITEMS = 10_000;

/** What one pass over the stream found. */
interface Survey {
  readonly counts: Record<Part3, number>;
  /** Per group name: its number of training items, and the parts it stands in (bits). */
  readonly groups: Map<string, { train: number; parts: number }>;
  readonly samples: Readonly<Record<'validation' | 'test', StreamSample>>;
}

/** Data that is never held: one pass to count, to fit the fields and to sample the parts for evaluation; then a pass per epoch. */
export async function openStreamed(data: StreamData, description: DataDescription, request: DataRequest): Promise<OpenedData> {
  if (!('items' in description.sides)) fail('STREAM', 'a stream has one table of items, not two');
  const limit = Math.min(EVALUATION_ITEMS, request.shuffleBuffer);
  const survey: Survey = {
    counts: { train: 0, validation: 0, test: 0 },
    groups: new Map(),
    samples: { validation: new StreamSample(limit), test: new StreamSample(limit) },
  };
  const pass = surveyRows(data, request, survey);
  const columns = description.sides.items.columns;
  const how = { plans: request.fields as FieldPlans | null, fitted: request.fitted, request };
  const fields = await fitSide(columns, trainColumns(pass), how);
  for await (const _rest of pass); // fields that need no fitting did not read it
  if (survey.counts.train === 0) fail('DATA_EMPTY', 'the split leaves no items for training');
  const part = (name: 'validation' | 'test'): ItemSet | null => {
    const rows = survey.samples[name].rows();
    return rows && itemsOf(rows, fields);
  };
  const [validation, test] = [part('validation'), part('test')];
  return {
    description,
    inputs: { left: fields.inputs, right: fields.inputs },
    fitted: fields.state,
    items: survey.counts.train + survey.counts.validation + survey.counts.test,
    groups: [...survey.groups.values()].filter((group) => group.train > 0).length,
    train: streamedTraining(data, request, { survey, fields }),
    validation,
    test,
    ledger: streamLedger(survey, { validation, test }, request),
    notes: sampleNotes(survey.counts, limit),
    close: () => data.close(),
  };
}

function sampleNotes(counts: Survey['counts'], limit: number): readonly string[] {
  return (['validation', 'test'] as const)
    .filter((part) => counts[part] > limit)
    .map((part) => `${part}: ${limit} of its ${counts[part]} items are held for evaluation, chosen by the hash of their keys`);
}

/** Rows of the stream by their part, chunk after chunk. */
async function* assignedRows(data: StreamData, request: DataRequest): AsyncGenerator<{ rows: StreamRows; assigned: readonly Assignment[] }> {
  for await (const chunk of data.chunks(null, { index: 0, count: 1 })) {
    request.files.signal.throwIfAborted();
    const rows = rowsOf(chunk, request);
    yield { rows, assigned: rows.keys.map((_, row) => assignRow(rows, row, request)) };
  }
}

function rowsOf(chunk: Chunk, request: DataRequest): StreamRows {
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

function assignRow(rows: StreamRows, row: number, request: DataRequest): Assignment {
  const { assignRow: assign } = request.split;
  if (!assign) fail('STREAM', 'this split needs all the data at once; a stream has hash, given and none');
  const view: SplitRow = {
    key: rows.keys[row]!,
    group: rows.groups?.[row] ?? null,
    column: (name) => (rows.columns[name] as ArrayLike<string | number | null>)[row] ?? null,
  };
  return assign(view, request.fold, hashUnit);
}

async function* surveyRows(data: StreamData, request: DataRequest, survey: Survey): AsyncGenerator<StreamRows> {
  for await (const { rows, assigned } of assignedRows(data, request)) {
    const train = rowsIn(rows, assigned, 'train');
    survey.counts.train += train.count;
    for (const name of ['validation', 'test'] as const) {
      const part = rowsIn(rows, assigned, name);
      survey.counts[name] += part.count;
      survey.samples[name].add(part, hashUnit);
    }
    countGroups(rows, assigned, survey);
    if (train.count > 0) yield train;
  }
}

function countGroups(rows: StreamRows, assigned: readonly Assignment[], survey: Survey): void {
  const bits = { train: 1, validation: 2, test: 4, unused: 0 };
  rows.groups?.forEach((name, row) => {
    if (name === null) return;
    const group = survey.groups.get(name) ?? { train: 0, parts: 0 };
    group.train += Number(assigned[row] === 'train');
    group.parts |= bits[assigned[row]!];
    survey.groups.set(name, group);
  });
}

async function* trainColumns(rows: AsyncIterable<StreamRows>): AsyncGenerator<StreamRows['columns']> {
  for await (const block of rows) yield block.columns;
}

const rowsIn = (rows: StreamRows, assigned: readonly Assignment[], part: Part3): StreamRows =>
  selectStreamRows(rows, assigned.flatMap((one, row) => (one === part ? [row] : [])));

/** Decodes rows into a set. Of a stream of pairs, row i is item i on the left and item n+i on the right. */
function itemsOf(rows: StreamRows, fields: FittedFields): ItemSet {
  const where = (row: number): string => `item ${rows.keys[row % rows.count]}`;
  const columns = rows.right ? joinStreamRows([{ ...rows, right: null }, { ...rows, columns: rows.right, right: null }]).columns : rows.columns;
  const size = rows.right ? 2 * rows.count : rows.count;
  const stored = fields.encode(columns, size, where);
  const side: Side = {
    size,
    gather: (wanted) => fields.gather(stored, wanted),
    key: (row) => (rows.right ? `${rows.keys[row % rows.count]}${row < rows.count ? ' left' : ' right'}` : rows.keys[row]!),
  };
  return {
    left: side,
    right: side,
    groups: rows.groups && encodeNames(rows.groups).codes,
    pairs: rows.right && {
      left: Int32Array.from({ length: rows.count }, (_, i) => i),
      right: Int32Array.from({ length: rows.count }, (_, i) => rows.count + i),
      target: rows.target ?? new Float32Array(rows.count).fill(1),
      weight: null,
    },
    triplets: null,
    column: (name) => encodeNames(cellTexts(rows.columns[name]!)).codes,
  };
}

function streamedTraining(data: StreamData, request: DataRequest, known: { readonly survey: Survey; readonly fields: FittedFields }): Training {
  const { survey, fields } = known;
  return {
    access: 'stream',
    counts: {
      items: survey.counts.train,
      rightItems: survey.counts.train,
      groupSizes: Int32Array.from([...survey.groups.values()].map((group) => group.train).filter((size) => size > 0)),
      pairs: 0,
      positives: 0,
      triplets: 0,
    },
    async *pools() {
      let index = 0;
      for await (const rows of buffers(data, request)) yield poolOf(itemsOf(rows, fields), index++);
    },
  };
}

function poolOf(items: ItemSet, index: number): TrainingPool {
  const pool = createPool({
    size: items.left.size,
    groups: items.groups,
    pairs: items.pairs,
    triplets: null,
    column: items.column,
  });
  return { items, pool, index };
}

/** Training rows, `shuffleBuffer` at a time; the last buffer has half to one and a half times as many, never a handful. */
async function* buffers(data: StreamData, request: DataRequest): AsyncGenerator<StreamRows> {
  const size = request.shuffleBuffer;
  let pending: StreamRows[] = [];
  let held = 0;
  for await (const { rows, assigned } of assignedRows(data, request)) {
    const train = rowsIn(rows, assigned, 'train');
    if (train.count === 0) continue;
    pending.push(train);
    held += train.count;
    if (held < 1.5 * size) continue;
    const all = joinStreamRows(pending);
    const [now, later] = [range(0, size), range(size, held)];
    pending = [selectStreamRows(all, later)];
    held = later.length;
    yield selectStreamRows(all, now);
  }
  if (held > 0) yield joinStreamRows(pending);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** The parts of a stream follow from each row alone, so that no row is in two; groups are counted. */
function streamLedger(survey: Survey, parts: { readonly validation: ItemSet | null; readonly test: ItemSet | null }, request: DataRequest): Ledger {
  const held = keepLedger({ train: null, ...parts }, [], 'data.split');
  const shared = [...survey.groups.values()].filter(({ parts: bits }) => (bits & (bits - 1)) !== 0).length;
  const overlap = { items: 0, groups: shared, pairs: 0 };
  proveDisjoint(overlap, request.split.disjoint, 'data.split');
  return { ...held, sizes: survey.counts, overlap, disjoint: request.split.disjoint };
}
