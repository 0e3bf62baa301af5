import type { Cols, RandomAccessData, Table } from '../contract/index.js';
import { fail, listed } from '../problem/index.js';
import { joinColumns } from './columns.js';
import type { DataRequest } from './open.js';
import { cellTexts, encodeNames, groupTexts, relationColumns } from './relate.js';

/** Who belongs to whom. */
export interface Related {
  readonly groups: Int32Array | null;
  /** Group of which an item is an impostor, else -1; such an item is in no group. */
  readonly impostorOf: Int32Array | null;
  /** Group that an item belongs to in the data, its impostors too: a split must not part them. */
  readonly owners: Int32Array | null;
  /** What the data calls each group; null: it has no names. */
  readonly groupNames: readonly string[] | null;
  /** Those that the recipe names. */
  readonly columns: Cols;
}

/** Rows read at a time: a table's other columns may be large. */
const BLOCK = 4096;

/** Groups by the recipe's column or template, else as the source says. Errors: DATA_COLUMN, RELATION. */
export async function relateItems(data: RandomAccessData, table: Table, request: DataRequest): Promise<Related> {
  const ofPairs = data.pairColumns ?? {};
  const wanted = [...request.columns, ...relationColumns(request.relations)];
  const names = [...new Set(wanted)].filter((name) => !Object.hasOwn(ofPairs, name));
  const columns = await readColumns(table, names);
  const { group, impostor } = request.relations;
  const named = group === null ? null : encodeNames(groupTexts(group, columns, table.size));
  const owners = named ? named.codes : data.groups;
  const groupNames = named ? named.names : data.groupNames;
  if (impostor === null) return { groups: owners, impostorOf: null, owners, groupNames, columns };
  if (owners === null)
    fail('RELATION', 'data.relations.impostor names negatives of a group, but the data has no groups');
  const marks = cellTexts(columns[impostor.column]!);
  const isForged = (row: number): boolean => marks[row] === String(impostor.equals);
  return {
    groups: owners.map((code, row) => (isForged(row) ? -1 : code)),
    impostorOf: owners.map((code, row) => (isForged(row) ? code : -1)),
    owners,
    groupNames,
    columns,
  };
}

/** Whole columns of a table, by name. */
async function readColumns(table: Table, names: readonly string[]): Promise<Cols> {
  if (names.length === 0) return {};
  const blocks: Cols[] = [];
  for (let start = 0; start < table.size || start === 0; start += BLOCK) {
    const rows = allRows(Math.min(BLOCK, table.size - start)).map((row) => start + row);
    blocks.push(pick(await table.read(rows, names), names));
  }
  return joinColumns(blocks);
}

function pick(columns: Cols, names: readonly string[]): Cols {
  return Object.fromEntries(
    names.map((name) => {
      const cells = columns[name];
      if (!cells) fail('DATA_COLUMN', `the data has no column "${name}"; it has ${listed(Object.keys(columns))}`);
      return [name, cells];
    }),
  );
}

export const allRows = (size: number): Int32Array => Int32Array.from({ length: size }, (_, row) => row);
