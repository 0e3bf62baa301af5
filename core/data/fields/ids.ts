import type { Cells, Cols, Json } from '../../contract/index.js';
import { fail } from '../../problem/index.js';
import { bucketOf } from './bucket.js';
import { gatherIds } from './gather.js';
import { cellsOf } from './join.js';
import { type FieldFitter, type FieldSpec, type FittedField, type Incoming, widthOf } from './spec.js';
import { tokensOf } from './tokens.js';

/** Most different tokens of a text that are told apart: the most frequent ones. Categories are all told apart. */
const TOKENS = 50_000;
/** Above this, whole numbers are no longer told apart by float32. */
const EXACT = 2 ** 24;

/**
 * Learns a vocabulary from the training part. Ids count from 1, by frequency, equal ones by code units. 0 is padding,
 * and whatever training has not seen or is missing: a value that the network knows nothing of is no input. With `buckets`
 * nothing is learned: every token has an id, 1 and the bucket that it is hashed into.
 */
export function fitIds(spec: FieldSpec): FieldFitter {
  if (spec.buckets !== null) return { add: () => {}, finish: () => idsField(spec, []) };
  const counts = new Map<string, number>();
  return {
    add(cols: Cols) {
      for (const text of textsOf(spec, cols)) {
        if (text === null) continue;
        for (const token of split(spec, text)) counts.set(token, (counts.get(token) ?? 0) + 1);
      }
    },
    finish() {
      const ordered = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([token]) => token);
      return idsField(spec, spec.kind === 'text' ? ordered.slice(0, TOKENS) : ordered);
    },
  };
}

export const restoreIds = (spec: FieldSpec, state: Json): FittedField => idsField(spec, state as readonly string[]);

function idsField(spec: FieldSpec, vocabulary: readonly string[]): FittedField {
  const known = new Map(vocabulary.map((token, i) => [token, i + 1]));
  const { buckets } = spec;
  const size = 1 + (buckets ?? vocabulary.length);
  const idOf: IdOf = buckets === null ? (token) => known.get(token) ?? 0 : (token) => 1 + bucketOf(token, buckets);
  const width = widthOf(spec.shape);
  return {
    input: { name: spec.name, kind: spec.kind, shape: spec.shape, dtype: 'int32', vocabulary: size },
    state: vocabulary,
    bytes: null,
    encode: (incoming) => encodeIds(spec, incoming, { idOf, into: emptyIds(size, incoming.count * width) }),
    gather(stored, rows, into) {
      const target =
        into instanceof Int32Array && into.length === rows.length * width ? into : new Int32Array(rows.length * width);
      gatherIds(stored as Int32Array, rows, target);
      return target;
    },
  };
}

type IdOf = (token: string) => number;
type Ids = Int32Array | Uint16Array | Uint8Array;
const emptyIds = (vocabulary: number, length: number): Ids =>
  vocabulary <= 2 ** 8
    ? new Uint8Array(length)
    : vocabulary <= 2 ** 16
      ? new Uint16Array(length)
      : new Int32Array(length);

function encodeIds(
  spec: FieldSpec,
  { cols, where }: Incoming,
  { idOf, into }: { readonly idOf: IdOf; readonly into: Ids },
): Ids {
  const width = widthOf(spec.shape);
  for (const [row, text] of textsOf(spec, cols).entries()) {
    if (text === null) {
      if (spec.missing === 'error') failMissing(spec, where(row));
      continue;
    }
    let at = row * width;
    for (const token of split(spec, text)) {
      if (at === (row + 1) * width) break; // the beginning of a longer text is kept
      into[at++] = idOf(token);
    }
  }
  return into;
}

const split = ({ tokens }: FieldSpec, text: string): Iterable<string> =>
  tokens === null ? [text] : tokensOf(text, tokens);

function failMissing({ name, columns }: FieldSpec, place: string): never {
  const names = columns.map((column) => `"${column.name}"`).join(', ');
  const what = columns.length === 1 ? `column ${names} has no value` : `the columns ${names} have no value`;
  return fail('DATA_VALUE', `${what} at ${place}: give it one, or say \`missing: zero\` for the field "${name}"`);
}

/**
 * Cells as text, null where one is missing; of several columns those that are there, with spaces between them.
 * Errors: FIELD for numbers too large to be told apart.
 */
function textsOf({ name, columns }: FieldSpec, cols: Cols): readonly (string | null)[] {
  const [first, ...others] = columns.map((column) => textsOfColumn(name, column.name, cols));
  if (others.length === 0) return first!;
  return first!.map((text, row) => {
    const there = [text, ...others.map((texts) => texts[row]!)].filter((one) => one !== null);
    return there.length === 0 ? null : there.join(' ');
  });
}

function textsOfColumn(name: string, column: string, cols: Cols): readonly (string | null)[] {
  const cells = cellsOf(cols, column);
  if (!isNumbers(cells)) return cells as readonly (string | null)[];
  return Array.from(cells, (value) => {
    if (Number.isNaN(value)) return null;
    if (cells instanceof Float32Array && Math.abs(value) > EXACT) {
      fail(
        'FIELD',
        `field "${name}": the column "${column}" has numbers too large to be told apart (${value}): name it under \`text\` of the source`,
      );
    }
    return String(value);
  });
}

const isNumbers = (cells: Cells): cells is Float32Array | Int32Array | Uint8Array => ArrayBuffer.isView(cells);
