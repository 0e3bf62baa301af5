import { tmpdir } from 'node:os';
import type {
  Assignment,
  Cells,
  Chunk,
  Column,
  DataDescription,
  PairTable,
  SourceInstance,
  SplitDeclarations,
  SplitInstance,
  SplitRow,
  SplitView,
  Table,
  TripletTable,
} from '../../core/contract/index.js';
import { type DataRequest, openData } from '../../core/data/open.js';
import { openFiles } from '../../core/files/index.js';
import { tableOf } from '../../plugins/sources/memory-table.js';

export const text: Column = { kind: 'text', shape: null, nullable: false };
export const vector = (size: number): Column => ({ kind: 'vector', shape: [size], nullable: false });

export interface Given {
  readonly size: number;
  readonly columns: Readonly<Record<string, readonly [Column, Cells]>>;
  readonly key?: (row: number) => string;
}

function table({ size, columns, key = (row) => `key ${row}` }: Given, reads: number[]): Table {
  const cells = Object.fromEntries(Object.entries(columns).map(([name, [, values]]) => [name, values]));
  const all = tableOf(cells, size, { keys: key, where: (row) => ({ file: 'data', line: row + 1 }) });
  return {
    ...all,
    read: (rows) => {
      reads.push(rows.length);
      return all.read(rows);
    },
  };
}

/** A source of tables in memory. `reads`: how many rows each read asked for; `closed`: how often it was closed. */
export function tables(given: {
  readonly items: Given;
  readonly right?: Given;
  readonly groups?: readonly number[];
  readonly pairs?: PairTable;
  readonly triplets?: TripletTable;
  readonly given?: readonly number[];
}): { readonly source: SourceInstance; readonly reads: number[]; readonly closed: () => number } {
  const reads: number[] = [];
  let closed = 0;
  const sideOf = ({ size, columns }: Given) => ({
    size,
    columns: Object.fromEntries(Object.entries(columns).map(([name, [column]]) => [name, column])),
  });
  const { items, right } = given;
  const description: DataDescription = {
    sides: right ? { left: sideOf(items), right: sideOf(right) } : { items: sideOf(items) },
    relation: given.pairs ? 'pairs' : given.triplets ? 'triplets' : 'groups',
    access: 'random',
    relations: null,
  };
  const source: SourceInstance = {
    describe: async () => description,
    open: async () => ({
      access: 'random',
      tables: right ? { left: table(items, reads), right: table(right, reads) } : { items: table(items, reads) },
      groups: given.groups ? Int32Array.from(given.groups) : null,
      groupNames: null,
      pairs: given.pairs ?? null,
      triplets: given.triplets ?? null,
      given: given.given ? Uint8Array.from(given.given) : null,
      close: async () => {
        closed++;
      },
    }),
  };
  return { source, reads, closed: () => closed };
}

/** A stream of these chunks, their position being their number. */
export function stream(
  columns: Readonly<Record<string, Column>>,
  chunks: readonly Omit<Chunk, 'position'>[],
): { readonly source: SourceInstance; readonly passes: () => number; readonly closed: () => number } {
  let [passes, closed] = [0, 0];
  const source: SourceInstance = {
    describe: async () => ({
      sides: { items: { size: null, columns } },
      relation: chunks[0]?.pairs ? 'pairs' : 'groups',
      access: 'stream',
      relations: null,
    }),
    open: async () => ({
      access: 'stream',
      async *chunks() {
        passes++;
        for (const [i, chunk] of chunks.entries()) yield { ...chunk, position: i + 1 };
      },
      close: async () => {
        closed++;
      },
    }),
  };
  return { source, passes: () => passes, closed: () => closed };
}

type Split = DataRequest['split'];

/** A split by a function of the row. */
export function splitBy(
  part: (row: number, view: SplitView) => Assignment,
  { of = 'items', disjoint = [] }: Partial<SplitDeclarations> = {},
): Split {
  return {
    of,
    disjoint,
    folds: 1,
    assign: (view) => Array.from({ length: view.size }, (_, row) => part(row, view)),
  };
}

/** A split of streams. */
export function splitRows(part: (row: SplitRow) => Assignment, disjoint: SplitDeclarations['disjoint'] = []): Split {
  const refuse: SplitInstance['assign'] = () => {
    throw new Error('a stream is divided row by row');
  };
  return { of: 'items', disjoint, folds: 1, assign: refuse, assignRow: part };
}

export const everything = splitBy(() => 'train');

export function requestOf(source: SourceInstance, split: Split, more: Partial<DataRequest> = {}): DataRequest {
  return {
    source,
    split,
    files: openFiles({ folder: tmpdir() }),
    fold: 0,
    relations: { group: null, impostor: null },
    fields: null,
    columns: [],
    ownColumns: [],
    shuffleBuffer: 1000,
    seed: 7,
    ...more,
  };
}

export const open = (source: SourceInstance, split: Split, more: Partial<DataRequest> = {}) =>
  openData(requestOf(source, split, more));

export function pairTable(
  rows: readonly (readonly [left: number, right: number, target: number, weight?: number])[],
): PairTable {
  return {
    left: Int32Array.from(rows, ([left]) => left),
    right: Int32Array.from(rows, ([, right]) => right),
    target: Float32Array.from(rows, ([, , target]) => target),
    weight: rows.some((row) => row.length > 3) ? Float32Array.from(rows, ([, , , weight = 1]) => weight) : null,
  };
}

export function tripletTable(rows: readonly (readonly [number, number, number])[]): TripletTable {
  const column = (place: 0 | 1 | 2): Int32Array => Int32Array.from(rows, (row) => row[place]);
  return { anchor: column(0), positive: column(1), negative: column(2) };
}
