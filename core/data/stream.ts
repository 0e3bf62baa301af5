import type { Cols, DataDescription, FieldPlans, Part3, StreamData } from '../contract/index.js';
import { fail } from '../problem/index.js';
import { encodeRows, itemsOf } from './encoded-rows.js';
import { fitSide } from './fit-sides.js';
import type { ItemSet } from './item-set.js';
import { keepLedger, type Ledger, proveDisjoint } from './ledger.js';
import type { DataRequest, OpenedData } from './open.js';
import { type AssignedRows, rowsIn } from './stream-pass.js';
import { emptySurvey, type Survey, surveyed, trainingGroups } from './stream-survey.js';
import { streamedTraining } from './stream-training.js';
import { wantedColumns } from './wanted.js';

/** Validation and test parts of a stream are held in memory: at most this many rows each, a sample by hash beyond. */
const EVALUATION_ROWS = 10_000;

/**
 * Data that is never held: one pass to count, to fit the fields and to sample the parts for evaluation; then a pass per
 * epoch.
 */
export async function openStreamed(
  data: StreamData,
  description: DataDescription,
  request: DataRequest,
): Promise<OpenedData> {
  if (!('items' in description.sides)) fail('STREAM', 'a stream has one table of items, not two');
  if (request.relations.impostor !== null) {
    fail('STREAM', 'data.relations.impostor needs data in memory: a stream cannot tell the impostors of a group');
  }
  const limit = Math.min(EVALUATION_ROWS, request.shuffleBuffer);
  const survey = emptySurvey(limit);
  const pass = surveyed(data, request, survey);
  const how = { plans: request.fields as FieldPlans | null, fitted: request.fitted, request };
  const fields = await fitSide(description.sides.items.columns, trainingColumns(pass), how);
  for await (const _rest of pass); // fields that need no fitting did not read it
  if (survey.rows.train === 0) fail('DATA_EMPTY', 'the split leaves no items for training');
  const part = (name: 'validation' | 'test'): ItemSet | null => {
    const rows = survey.samples[name].rows();
    return rows && itemsOf(encodeRows(rows, { fields, codes: null, columns: request.columns }), fields);
  };
  const [validation, test] = [part('validation'), part('test')];
  const sizes = sizesOf(survey);
  const groups = trainingGroups(survey).map(([name]) => name);
  const wanted = wantedColumns(description, request);
  const ahead = request.readAhead?.({ rows: survey.rows.train, groups, wanted, fitted: fields.state }) ?? null;
  return {
    description,
    inputs: { left: fields.inputs, right: fields.inputs },
    fitted: fields.state,
    items: sizes.train + sizes.validation + sizes.test,
    groups: survey.pairs ? 0 : groups.length,
    trainingGroups: null,
    groupNames: null,
    train: streamedTraining(data, request, { survey, fields, ahead }),
    validation,
    test,
    ledger: streamLedger(survey, { validation, test }, request),
    notes: sampleNotes(survey, limit),
    async close() {
      await ahead?.close();
      await data.close();
    },
  };
}

/** Of the training rows; both sides of a pair are items. */
async function* trainingColumns(blocks: AsyncIterable<AssignedRows>): AsyncGenerator<Cols> {
  for await (const block of blocks) {
    const { count, columns, right } = rowsIn(block, 'train');
    if (count === 0) continue;
    yield columns;
    if (right) yield right;
  }
}

/** Items of each part. */
function sizesOf({ rows, pairs }: Survey): Record<Part3, number> {
  const items = pairs ? 2 : 1;
  return { train: items * rows.train, validation: items * rows.validation, test: items * rows.test };
}

function sampleNotes({ rows, pairs }: Survey, limit: number): readonly string[] {
  const words = pairs ? 'pairs' : 'items';
  return (['validation', 'test'] as const)
    .filter((part) => rows[part] > limit)
    .map(
      (part) =>
        `${part}: ${limit} of its ${rows[part]} ${words} are held for evaluation, chosen by the hash of their keys`,
    );
}

/** The parts of a stream follow from each row alone, so that no row is in two; groups are counted. */
function streamLedger(
  survey: Survey,
  parts: { readonly validation: ItemSet | null; readonly test: ItemSet | null },
  { split }: DataRequest,
): Ledger {
  const held = keepLedger({ train: null, ...parts }, [], 'data.split');
  const shared = [...survey.groups.values()].filter(({ parts: bits }) => (bits & (bits - 1)) !== 0).length;
  const overlap = { items: 0, groups: shared, pairs: 0 };
  proveDisjoint(overlap, split.disjoint, 'data.split');
  const pairs = survey.pairs ? survey.rows : { train: 0, validation: 0, test: 0 };
  return { ...held, sizes: sizesOf(survey), pairs: { ...pairs }, overlap, disjoint: split.disjoint };
}
