import type { Cols, Part3, RandomAccessData, SplitView, Table } from '../contract/index.js';
import { fail } from '../problem/index.js';
import { openStream } from '../random/index.js';
import type { Selection } from './item-set.js';
import type { DataRequest } from './open.js';
import { type Divisible, partOfItems, partOfPairs } from './parts.js';
import { cellTexts, encodeNames, groupTexts, relationColumns } from './relate.js';

export interface Tables {
  readonly left: Table;
  /** `left` itself unless the data has two tables. */
  readonly right: Table;
}
/** Data whose rows are related and divided, before any of their values is decoded. */
export interface DividedData {
  readonly tables: Tables;
  readonly related: Related;
  readonly selections: Readonly<Record<Part3, Selection>>;
}

export async function divideData(data: RandomAccessData, request: DataRequest): Promise<DividedData> {
  const tables = 'items' in data.tables ? { left: data.tables.items, right: data.tables.items } : data.tables;
  const related = await relate(data, tables.left, request);
  return { tables, related, selections: divide({ ...data, groups: related.groups }, tables, { columns: related.columns, request }) };
}

/** Who belongs to whom. */
export interface Related {
  readonly groups: Int32Array | null;
  /** Group of which an item is an impostor, else -1; such an item is in no group. */
  readonly impostorOf: Int32Array | null;
  readonly columns: Cols;
}

/** Groups by the recipe's column or template, else as the source says. */
async function relate(data: RandomAccessData, table: Table, request: DataRequest): Promise<Related> {
  const names = [...new Set([...request.columns, ...relationColumns(request.relations)])];
  const columns = names.length === 0 ? {} : pick(await table.read(allRows(table.size)), names);
  const { group, impostor } = request.relations;
  const groups = group === null ? data.groups : encodeNames(groupTexts(group, columns, table.size)).codes;
  if (impostor === null || groups === null) return { groups, impostorOf: null, columns };
  const marks = cellTexts(columns[impostor.column]!);
  const forged = (row: number): boolean => marks[row] === String(impostor.equals);
  return {
    groups: groups.map((code, row) => (forged(row) ? -1 : code)),
    impostorOf: groups.map((code, row) => (forged(row) ? code : -1)),
    columns,
  };
}

function pick(columns: Cols, names: readonly string[]): Cols {
  return Object.fromEntries(
    names.map((name) => {
      const cells = columns[name];
      if (!cells) fail('DATA_COLUMN', `the data has no column "${name}"; it has ${Object.keys(columns).join(', ')}`);
      return [name, cells];
    }),
  );
}

/** Asks the split for the part of each row, and selects. */
function divide(
  data: RandomAccessData,
  tables: Tables,
  { columns, request }: { readonly columns: Cols; readonly request: DataRequest },
): DividedData['selections'] {
  const related = data.pairs ?? data.triplets;
  const kinds = [request.split.of].flat();
  const of = related && kinds.includes('pairs') ? 'pairs' : 'items';
  const count = data.pairs?.left.length ?? data.triplets?.anchor.length ?? 0;
  const size = of === 'pairs' ? count : tables.left.size;
  const keys = tables.left.keys(allRows(tables.left.size));
  const rightKeys = tables.right === tables.left ? keys : tables.right.keys(allRows(tables.right.size));
  const keyOfPair = (i: number): string =>
    data.pairs ? `${keys[data.pairs.left[i]!]}\n${rightKeys[data.pairs.right[i]!]}` : `${keys[data.triplets!.anchor[i]!]}\n${i}`;
  const view: SplitView = {
    size,
    of,
    groups: of === 'items' ? data.groups : null,
    pairs: data.pairs,
    given: data.given,
    key: of === 'pairs' ? keyOfPair : (row) => keys[row]!,
    column: (name) => {
      const cells = Array.from(columns[name] as ArrayLike<string | number | null>);
      return of === 'items' || !data.pairs ? cells : Array.from(data.pairs.left, (row) => cells[row]!);
    },
  };
  const assigned = request.split.assign(view, request.fold, openStream(request.seed, 'split').draw(request.fold));
  const divisible: Divisible = {
    size: tables.left.size,
    rightSize: tables.right.size,
    shared: tables.left === tables.right,
    pairs: data.pairs,
    triplets: data.triplets,
  };
  const choose = of === 'pairs' ? partOfPairs : partOfItems;
  const select = (part: Part3): Selection => choose(divisible, assigned, part);
  return { train: select('train'), validation: select('validation'), test: select('test') };
}


export const allRows = (size: number): Int32Array => Int32Array.from({ length: size }, (_, row) => row);
