import type { Cols, Input, Json } from '../../contract/index.js';
import { fail } from '../../problem/index.js';
import type { InputValues } from '../item-set.js';
import type { Scaling } from './gather.js';
import { fitIds, restoreIds } from './ids.js';
import { fitNumbers, needsStatistics, restoreNumbers } from './numbers.js';
import { type RawRow, rawColumns } from './raw.js';
import { type FieldSpec, type FittedField, isIds, type Stored, type StoredValues } from './spec.js';

/** The fields of one side, fitted: the same encoding for training, evaluation and use. */
export interface FittedFields {
  readonly inputs: readonly Input[];
  /** What `restoreFields` makes the same fields from. */
  readonly state: Json;
  /** Errors: DATA_VALUE (a value missing or not finite), DATA_COLUMN, SHAPE. `where` says where a row stands. */
  encode(cols: Cols, count: number, where: (row: number) => string): Stored;
  /** As `encode`, of rows as a program has them. Errors: USAGE for a row that is none, DATA_VALUE. */
  encodeRaw(rows: readonly RawRow[]): Stored;
  /** What each byte of an input stands for, where its values are stored as bytes; null: they are no bytes. */
  bytes(input: string, values: StoredValues): Scaling | null;
  /** Values of some rows, scaled, ready for the network. `into`: the answer of an earlier call, to be filled again. */
  gather(stored: Stored, rows: Int32Array, into?: InputValues): InputValues;
}

/** Whether fitting reads the training part at all. */
export const needsFitting = (specs: readonly FieldSpec[]): boolean =>
  specs.some((spec) => (isIds(spec.kind) ? spec.buckets === null : needsStatistics(spec)));

/**
 * Learns what the fields need of the training part, and of nothing else: means, deviations, vocabularies. `read` gives its
 * rows in blocks; it is read to its end, or not at all where nothing has to be learned.
 */
export async function fitFields(specs: readonly FieldSpec[], read: AsyncIterable<Cols>): Promise<FittedFields> {
  const fitters = specs.map((spec) => (isIds(spec.kind) ? fitIds(spec) : fitNumbers(spec)));
  if (needsFitting(specs)) for await (const cols of read) for (const fitter of fitters) fitter.add(cols);
  return together(
    specs,
    fitters.map((fitter) => fitter.finish()),
  );
}

/** Fields as they were fitted. Errors: RUN_FOLDER for a state that is none. */
export function restoreFields(state: Json): FittedFields {
  const saved = savedFields(state);
  const fields = saved.map(({ spec, fitted }) =>
    isIds(spec.kind) ? restoreIds(spec, fitted) : restoreNumbers(spec, fitted),
  );
  return together(
    saved.map(({ spec }) => spec),
    fields,
  );
}

/** Of saved fields, what they are made of. Errors: RUN_FOLDER. */
export const columnsOfFields = (state: Json): readonly Pick<FieldSpec, 'columns'>[] =>
  savedFields(state).map(({ spec }) => spec);

type Saved = { readonly spec: FieldSpec; readonly fitted: Json };

function savedFields(state: Json): readonly Saved[] {
  const fields = (state as { readonly fields?: unknown } | null)?.fields;
  const whole =
    Array.isArray(fields) &&
    fields.length > 0 &&
    fields.every((one: Partial<Saved> | null) => one?.spec?.columns && one.fitted);
  return whole
    ? (fields as readonly Saved[])
    : fail('RUN_FOLDER', 'the fields of the model are damaged: they name no columns');
}

function together(specs: readonly FieldSpec[], fields: readonly FittedField[]): FittedFields {
  const names = specs.map(({ name }) => name);
  const encode: FittedFields['encode'] = (cols, count, where) =>
    Object.fromEntries(fields.map((field, i) => [names[i]!, field.encode({ cols, count, where })]));
  return {
    inputs: fields.map(({ input }) => input),
    state: { fields: fields.map(({ state }, i): Saved => ({ spec: specs[i]!, fitted: state })) },
    encode,
    bytes: (input, values) => (values instanceof Uint8Array ? fields[names.indexOf(input)]!.bytes : null),
    encodeRaw: (rows) => encode(rawColumns(specs, rows), rows.length, (row) => `item ${row}`),
    gather: (stored, rows, into) =>
      Object.fromEntries(
        fields.map((field, i) => [names[i]!, field.gather(stored[names[i]!]!, rows, into?.[names[i]!])]),
      ),
  };
}

/**
 * The inputs of fields that are not fitted yet, for building an encoder without reading the data. A vocabulary is not
 * known then: it is given as 1, the padding alone. Buckets are.
 */
export function inputsOf(specs: readonly FieldSpec[]): Input[] {
  return specs.map(({ name, kind, shape, buckets }) =>
    isIds(kind)
      ? { name, kind, shape, dtype: 'int32', vocabulary: 1 + (buckets ?? 0) }
      : { name, kind, shape, dtype: 'float32', vocabulary: null },
  );
}
