import type { DataDescription, Files, RandomAccessData, Side, Table } from '../../core/contract/index.js';
import { tableOf } from './memory-table.js';
import { beside, colsOfSide, type ItemColumn, type PairColumns, pairColumns, type Selector } from './pair-columns.js';
import {
  checkTargetOptions,
  positivesOnly,
  readTargetsOf,
  readWeightsOf,
  type TargetOptions,
  type Targets,
} from './pair-targets.js';
import { describeColumn } from './rows/column.js';
import { contentKeys, type DistinctRows, distinctRows } from './rows/distinct.js';
import type { RowsInMemory } from './rows/memory.js';
import { type RowOptions, requireColumn } from './rows/open.js';
import { openTable, type RowTable, wholeTable } from './rows/table.js';

export interface PairOptions extends RowOptions, TargetOptions {
  readonly left: Selector;
  readonly right: Selector;
  readonly tables: 'auto' | 'one' | 'two';
}
interface PairFile {
  readonly rows: RowTable;
  readonly columns: PairColumns;
  readonly options: PairOptions;
}

/** A file up to this size is read to describe it: then the number of different items is known too, and every mistake. */
const SMALL = 64 * 2 ** 20;

export async function describePairs(files: Files, options: PairOptions): Promise<DataDescription> {
  return using(files, options, async (file) => {
    const { rows } = file;
    if (rows.bytes <= SMALL) return (await readPairs(file)).description;
    if (options.target === null) return describe(file, positivesOnly(await rows.count()));
    return describe(file, targetsOf(file, await rows.read((name) => name === options.target)));
  });
}

export async function openPairs(files: Files, options: PairOptions): Promise<RandomAccessData> {
  return using(files, options, async (file) => (await readPairs(file)).data);
}

/** The file is open while `read` works, and no longer. */
async function using<T>(files: Files, options: PairOptions, read: (file: PairFile) => Promise<T>): Promise<T> {
  checkTargetOptions(options);
  const { target, weight } = options;
  const whole = { ...wholeTable, truth: target === null ? [] : [target] };
  const rows = await openTable(files, { ...options, ...whole });
  try {
    if (weight !== null) requireColumn(rows, weight);
    return await read({ rows, columns: pairColumns(rows, options, options.tables), options });
  } finally {
    await rows.close();
  }
}

async function readPairs(
  file: PairFile,
): Promise<{ readonly data: RandomAccessData; readonly description: DataDescription }> {
  const { rows, columns } = file;
  const ofPairs = new Set(beside(rows, columns));
  const memory = await rows.read();
  const sides = [columns.left, columns.right].map((side) => colsOfSide(memory.columns, side));
  const distinct = columns.shared
    ? [distinctRows(sides, memory.size)]
    : sides.map((side) => distinctRows([side], memory.size));
  const [left, right] = distinct.flatMap(({ codes }) => codes) as [Int32Array, Int32Array];
  const tables = distinct.map((one) => tableOfDistinct(one, memory));
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
      weight: readWeightsOf(memory, file.options),
      ...(targets.positiveFrom === null ? {} : { positiveFrom: targets.positiveFrom }),
    },
    triplets: null,
    pairColumns: Object.fromEntries(Object.entries(memory.columns).filter(([name]) => ofPairs.has(name))),
    pairWhere: memory.where,
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

function tableOfDistinct({ columns, size, firstRows }: DistinctRows, memory: RowsInMemory): Table {
  const where = (item: number): ReturnType<Table['where']> => memory.where(firstRows[item]!);
  return tableOf(columns, size, { keys: contentKeys(columns, size), where });
}

const targetsOf = ({ options }: PairFile, memory: RowsInMemory): Targets => readTargetsOf(memory, options);

/** `sizes`: different items of the one table, or of the left and of the right. */
function describe({ rows, columns }: PairFile, targets: Targets, sizes: readonly number[] = []): DataDescription {
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
  const { left, right } = columns;
  return {
    sides: columns.shared
      ? { items: sideOf(left, first, right) }
      : { left: sideOf(left, first), right: sideOf(right, second) },
    relation: 'pairs',
    access: 'random',
    relations: targets.values.length,
    targets: targets.kind,
    pairColumns: beside(rows, columns),
    ...(targets.positiveFrom === null ? {} : { positiveFrom: targets.positiveFrom }),
  };
}
