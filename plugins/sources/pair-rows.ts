import type { Cols, DataDescription, Files, RandomAccessData, Side, Table } from '../../core/contract/index.js';
import { tableOf } from './memory-table.js';
import { type ItemColumn, type PairColumns, pairColumns, type Selector } from './pair-columns.js';
import { checkTargetOptions, readTargetsOf, readWeightsOf, type TargetOptions, type Targets } from './pair-targets.js';
import { describeColumn } from './rows/column.js';
import { contentKeys, type DistinctRows, distinctRows } from './rows/distinct.js';
import { countRows, type RowsInMemory, readRows } from './rows/memory.js';
import { openRows, type RowOptions, requireColumn } from './rows/open.js';
import type { RowFile } from './rows/rows.js';

export interface PairOptions extends RowOptions, TargetOptions {
  readonly left: Selector;
  readonly right: Selector;
  readonly tables: 'auto' | 'one' | 'two';
}
interface PairFile {
  readonly rows: RowFile;
  readonly columns: PairColumns;
  readonly options: PairOptions;
}

/** A file up to this size is read to describe it: then the number of different items is known too, and every mistake. */
const SMALL = 64 * 2 ** 20;

export async function describePairs(files: Files, options: PairOptions): Promise<DataDescription> {
  return using(files, options, async (file) => {
    const { rows } = file;
    if (rows.reading.view.size <= SMALL) return (await readPairs(file)).description;
    if (options.target === null)
      return describe(file, targetsOf(file, { size: await countRows(rows), columns: {}, lines: new Int32Array() }));
    return describe(file, targetsOf(file, await readRows(rows, (name) => name === options.target)));
  });
}

export async function openPairs(files: Files, options: PairOptions): Promise<RandomAccessData> {
  return using(files, options, async (file) => (await readPairs(file)).data);
}

/** The file is open while `read` works, and no longer. */
async function using<T>(files: Files, options: PairOptions, read: (file: PairFile) => Promise<T>): Promise<T> {
  checkTargetOptions(options);
  const { target, weight } = options;
  const rows = await openRows(files, { ...options, truth: target === null ? [] : [target] });
  try {
    if (weight !== null) requireColumn(rows, weight);
    return await read({ rows, columns: pairColumns(rows, options, options.tables), options });
  } finally {
    await rows.reading.view.close();
  }
}

async function readPairs(
  file: PairFile,
): Promise<{ readonly data: RandomAccessData; readonly description: DataDescription }> {
  const { rows, columns } = file;
  const ofItems = new Set([...columns.left, ...columns.right].map(({ column }) => column.name));
  const memory = await readRows(rows);
  const sides = [columns.left, columns.right].map((side) => colsOfSide(memory.columns, side));
  const distinct = columns.shared
    ? [distinctRows(sides, memory.size)]
    : sides.map((side) => distinctRows([side], memory.size));
  const [left, right] = distinct.flatMap(({ codes }) => codes) as [Int32Array, Int32Array];
  const tables = distinct.map((one) => tableOfDistinct(one, memory, rows.reading.file));
  const targets = targetsOf(file, memory);
  const data: RandomAccessData = {
    access: 'random',
    tables: columns.shared ? { items: tables[0]! } : { left: tables[0]!, right: tables[1]! },
    groups: null,
    groupNames: null,
    pairs: {
      left,
      right,
      target: targets.values,
      weight: readWeightsOf(memory, file.options, rows.reading.file),
      ...(targets.positiveFrom === null ? {} : { positiveFrom: targets.positiveFrom }),
    },
    triplets: null,
    pairColumns: Object.fromEntries(Object.entries(memory.columns).filter(([name]) => !ofItems.has(name))),
    given: null,
    close: async () => {},
  };
  return {
    data,
    description: describe(
      file,
      targets,
      tables.map(({ size }) => size),
    ),
  };
}

const colsOfSide = (all: Cols, side: readonly ItemColumn[]): Cols =>
  Object.fromEntries(side.map(({ name, column }) => [name, all[column.name]!]));

function tableOfDistinct({ columns, size, firstRows }: DistinctRows, { lines }: RowsInMemory, file: string): Table {
  const where = (item: number): { file: string; line: number } => ({ file, line: lines[firstRows[item]!]! });
  return tableOf(columns, size, { keys: contentKeys(columns, size), where });
}

const targetsOf = ({ rows, options }: PairFile, memory: RowsInMemory): Targets =>
  readTargetsOf(memory, options, rows.reading.file);

/** `sizes`: different items of the one table, or of the left and of the right. */
function describe({ columns }: PairFile, targets: Targets, sizes: readonly number[] = []): DataDescription {
  const sideOf = (items: readonly ItemColumn[], size: number | null, others = items): Side => ({
    size,
    columns: Object.fromEntries(
      items.map(({ name, column }, i) => {
        const nullable = column.nullable || others[i]!.column.nullable;
        return [name, describeColumn({ ...column, nullable })];
      }),
    ),
  });
  const [first = null, second = null] = sizes;
  return {
    sides: columns.shared
      ? { items: sideOf(columns.left, first, columns.right) }
      : { left: sideOf(columns.left, first), right: sideOf(columns.right, second) },
    relation: 'pairs',
    access: 'random',
    relations: targets.values.length,
    targets: targets.kind,
    ...(targets.positiveFrom === null ? {} : { positiveFrom: targets.positiveFrom }),
  };
}
