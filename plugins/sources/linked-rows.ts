import type { DataDescription, Files, PairTable, RandomAccessData, Side } from '../../core/contract/index.js';
import {
  checkTargetOptions,
  positivesOnly,
  readTargetsOf,
  readWeightsOf,
  type TargetOptions,
  type Targets,
} from './pair-targets.js';
import { keyedRows, type RecordOptions, readRecords } from './records.js';
import { describeColumn } from './rows/column.js';
import { type RowOptions, requireColumn } from './rows/open.js';
import { columnsOf } from './rows/rows.js';
import { openTable, type RowTable, wholeTable } from './rows/table.js';

export interface LinkOptions extends RowOptions, TargetOptions {
  readonly left: string;
  readonly right: string;
}
export interface LinkedOptions {
  readonly left: RecordOptions;
  /** null: the left table is the right one, too. */
  readonly right: RecordOptions | null;
  readonly pairs: LinkOptions;
}
/** The files, open; `right` is `left` itself where there is one table. */
interface LinkedFiles {
  readonly left: RowTable;
  readonly right: RowTable;
  readonly pairs: RowTable;
  readonly options: LinkedOptions;
}

/** Files up to this size together are read to describe them: then every mistake is found. */
const SMALL = 64 * 2 ** 20;

export async function describeLinked(files: Files, options: LinkedOptions): Promise<DataDescription> {
  return using(files, options, async (linked) => {
    const { left, right, pairs } = linked;
    const bytes = [...new Set([left, right, pairs])].reduce((sum, { bytes: one }) => sum + one, 0);
    if (bytes <= SMALL) return (await read(linked)).description;
    const { target } = options.pairs;
    const targets =
      target === null
        ? positivesOnly(await pairs.count())
        : readTargetsOf(await pairs.read((name) => name === target), options.pairs);
    const sizes = [await left.count(), left === right ? 0 : await right.count()] as const;
    return describe(linked, targets, sizes);
  });
}

export async function openLinked(files: Files, options: LinkedOptions): Promise<RandomAccessData> {
  return using(files, options, async (linked) => (await read(linked)).data);
}

/** The files are open while `work` works, and no longer. */
async function using<T>(files: Files, options: LinkedOptions, work: (linked: LinkedFiles) => Promise<T>): Promise<T> {
  const { left, right, pairs } = options;
  checkTargetOptions(pairs);
  const opened: RowTable[] = [];
  const open = async (file: RowOptions): Promise<RowTable> => {
    const rows = await openTable(files, { ...file, ...wholeTable });
    opened.push(rows);
    return rows;
  };
  try {
    const first = await open({ ...left, text: [...left.text, left.key] });
    const second = right === null ? first : await open({ ...right, text: [...right.text, right.key] });
    const { target, weight } = pairs;
    const truth = target === null ? [] : [target];
    const links = await open({ ...pairs, text: [...pairs.text, pairs.left, pairs.right], truth });
    if (weight !== null) requireColumn(links, weight);
    return await work({ left: first, right: second, pairs: links, options });
  } finally {
    for (const rows of opened) await rows.close();
  }
}

async function read(
  linked: LinkedFiles,
): Promise<{ readonly data: RandomAccessData; readonly description: DataDescription }> {
  const { left, right, pairs, options } = linked;
  const first = await readRecords(left, options.left.key);
  const second = left === right ? first : await readRecords(right, options.right!.key);
  const memory = await pairs.read();
  const targets = readTargetsOf(memory, options.pairs);
  const links: PairTable = {
    left: keyedRows(memory, first, { column: options.pairs.left, what: 'pair', role: 'left' }),
    right: keyedRows(memory, second, { column: options.pairs.right, what: 'pair', role: 'right' }),
    target: targets.values,
    weight: readWeightsOf(memory, options.pairs),
    ...(targets.positiveFrom === null ? {} : { positiveFrom: targets.positiveFrom }),
  };
  const tables = left === right ? { items: first.table } : { left: first.table, right: second.table };
  const data: RandomAccessData = {
    access: 'random',
    tables,
    groups: null,
    groupNames: null,
    pairs: links,
    triplets: null,
    pairColumns: memory.columns,
    pairWhere: memory.where,
    given: null,
    close: async () => {},
  };
  return { data, description: describe(linked, targets, [first.table.size, second.table.size]) };
}

function describe(
  { left, right, options }: LinkedFiles,
  targets: Targets,
  [leftSize, rightSize]: readonly [number, number],
): DataDescription {
  const sideOf = (rows: RowTable, size: number): Side => ({ size, columns: columnsOf(rows, describeColumn) });
  return {
    sides:
      options.right === null
        ? { items: sideOf(left, leftSize) }
        : { left: sideOf(left, leftSize), right: sideOf(right, rightSize) },
    relation: 'pairs',
    access: 'random',
    relations: targets.values.length,
    targets: targets.kind,
    ...(targets.positiveFrom === null ? {} : { positiveFrom: targets.positiveFrom }),
  };
}
