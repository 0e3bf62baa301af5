import type { FittedFields, Stored } from './fields.js';
import type { ItemSet, Side } from './item-set.js';
import { cellTexts, encodeNames } from './relate.js';
import { joinStreamRows, type StreamRows } from './stream-rows.js';

/**
 * Rows of a stream as the network needs them: plain data, which a thread can hand over to another. Of a stream of pairs,
 * row i is item i on the left and item `count + i` on the right, in no group.
 */
export interface EncodedRows {
  /** Rows, of pairs half as many as items. */
  readonly count: number;
  readonly keys: readonly string[];
  readonly stored: Stored;
  /** Codes of the groups, -1 = none; null: they are pairs, or the data has no groups. */
  readonly groups: Int32Array | null;
  /** Targets of given pairs; null: the rows are items. */
  readonly target: Float32Array | null;
  /** Columns that a split, a sampler or an evaluator names, as codes of these rows. */
  readonly columns: Readonly<Record<string, Int32Array>>;
}

/** How rows are encoded. `codes`: those of the groups; null: by their first appearance in these rows. */
export interface Encoding {
  readonly fields: FittedFields;
  readonly codes: ReadonlyMap<string, number> | null;
  readonly columns: readonly string[];
}

/** Errors: DATA_VALUE, DATA_COLUMN, SHAPE. */
export function encodeRows(rows: StreamRows, { fields, codes, columns: named }: Encoding): EncodedRows {
  const { count, keys, right } = rows;
  const { columns } = right
    ? joinStreamRows([
        { ...rows, right: null },
        { ...rows, columns: right, right: null },
      ])
    : rows;
  const stored = fields.encode(columns, right ? 2 * count : count, (row) => `item ${keys[row % count]}`);
  const coded = [...new Set(named)].filter((name) => columns[name]);
  return {
    count,
    keys,
    stored,
    groups: right ? null : rows.groups && codesOf(rows.groups, codes),
    target: right && (rows.target ?? new Float32Array(count).fill(1)),
    columns: Object.fromEntries(coded.map((name) => [name, encodeNames(cellTexts(columns[name]!)).codes])),
  };
}

function codesOf(groups: readonly (string | null)[], codes: Encoding['codes']): Int32Array {
  if (codes === null) return encodeNames(groups).codes;
  return Int32Array.from(groups, (name) => (name === null ? -1 : codes.get(name)!));
}

/** The rows as a set of items. */
export function itemsOf({ count, keys, ...rows }: EncodedRows, fields: FittedFields): ItemSet {
  const pairs = rows.target !== null;
  const side: Side = {
    size: pairs ? 2 * count : count,
    gather: (wanted) => fields.gather(rows.stored, wanted),
    key: (row) => (pairs ? `${keys[row % count]}${row < count ? ' left' : ' right'}` : keys[row]!),
  };
  return {
    left: side,
    right: side,
    groups: rows.groups,
    impostorOf: null,
    pairs: rows.target && {
      left: Int32Array.from({ length: count }, (_, i) => i),
      right: Int32Array.from({ length: count }, (_, i) => count + i),
      target: rows.target,
      weight: null,
    },
    triplets: null,
    column(name) {
      return rows.columns[name] ?? noColumn(name);
    },
  };
}

function noColumn(name: string): never {
  throw new Error(`the column "${name}" was not read: the recipe's split, sampler and evaluators name none such`);
}
