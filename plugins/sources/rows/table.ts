import type { Files } from '../../../core/contract/index.js';
import { shown } from '../../../core/files/index.js';
import { fail } from '../../../core/problem/index.js';
import type { RowColumn } from './column.js';
import type { Condition } from './filter.js';
import { countRows, type RowsInMemory, readFiles } from './memory.js';
import { formatOf, type Named, openRows, type RowOptions, requireColumn } from './open.js';
import { readParquet } from './parquet/in-memory.js';
import { openParquet, type Parquet } from './parquet/open.js';
import type { RowFile } from './rows.js';

export interface TableOptions extends RowOptions {
  /** Empty: all. */
  readonly columns: readonly string[];
  readonly filter: readonly Condition[];
  readonly order: string | null;
}

/** All of a table, in the order of its files. */
export const wholeTable = { columns: [], filter: [], order: null } as const;

/** Rows of one file or of several, whatever their format. */
export interface RowTable extends Named {
  readonly columns: readonly RowColumn[];
  /** Bytes of its files. */
  readonly bytes: number;
  /** By the footers, or one pass that reads no cells. */
  count(): Promise<number>;
  /** All rows of the columns that are wanted, in memory. */
  read(wanted?: (name: string) => boolean): Promise<RowsInMemory>;
  /** What the rows come from. */
  readonly from: { readonly texts: readonly RowFile[] } | { readonly parquet: Parquet };
  close(): Promise<void>;
}

/** Whether a path is a pattern, or one file. */
export const isPattern = (path: string): boolean => /[*?[{]/.test(path);

/** The files of a path, in the order of their paths. Errors: DATA_MISSING, where a pattern matches none. */
export async function filesOf(files: Files, path: string): Promise<readonly string[]> {
  if (!isPattern(path)) return [files.resolve(path)];
  const found = await files.glob(path);
  return found.length > 0 ? found : fail('DATA_MISSING', `no file matches ${path}`);
}

/**
 * Opens the files of a table; they must agree in columns and kinds. Errors: DATA_MISSING, DATA_FORMAT, DATA_COLUMN, and
 * those of each format.
 */
export async function openTable(files: Files, options: TableOptions): Promise<RowTable> {
  const paths = await filesOf(files, options.path);
  const formats = await Promise.all(paths.map((path) => formatOf(files, path, options.format)));
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other > 0)
    fail('DATA_FORMAT', `${shown(paths[0]!)} and ${shown(paths[other]!)} are of two formats: one table has one`);
  const label = paths.length === 1 ? shown(paths[0]!) : `${options.path} (${paths.length} files)`;
  const open = formats[0] === 'parquet' ? parquetTable : textTable;
  return open(files, { paths, label, options });
}

interface Opening {
  readonly paths: readonly string[];
  readonly label: string;
  readonly options: TableOptions;
}

async function parquetTable(files: Files, { paths, label, options }: Opening): Promise<RowTable> {
  const declared = { text: new Set(options.text), truth: new Set(options.truth) };
  const parquet = await openParquet(files, paths, {
    ...options,
    label,
    declared,
    only: options.columns.length > 0 ? options.columns : null,
  });
  const { columns, bytes } = parquet;
  const table = { reading: { file: label }, columns, bytes, from: { parquet }, close: () => parquet.close() };
  const all = { ...table, columns: parquet.files[0]!.names.map((name) => ({ name })) };
  try {
    for (const name of [...options.columns, ...declared.text, ...declared.truth]) requireColumn(all, name);
  } catch (error) {
    await parquet.close();
    throw error;
  }
  return { ...table, count: () => parquet.count(), read: (wanted) => readParquet(parquet, wanted) };
}

async function textTable(files: Files, { paths, label, options }: Opening): Promise<RowTable> {
  if (options.filter.length > 0 || options.order !== null)
    fail('DATA_FORMAT', `\`filter\` and \`order\` are for Parquet, ${label} is text`);
  const texts: RowFile[] = [];
  const close = async (): Promise<void> => {
    for (const { reading } of texts) await reading.view.close();
  };
  try {
    for (const path of paths)
      texts.push(await openRows(files, { ...options, path }, texts[0] ? { first: texts[0] } : {}));
    const all = { reading: { file: label }, columns: texts[0]!.columns };
    for (const name of options.columns) requireColumn(all, name);
  } catch (error) {
    await close();
    throw error;
  }
  const wanted = new Set(options.columns);
  const isShown = (name: string): boolean => wanted.size === 0 || wanted.has(name);
  const emptied = texts.flatMap((text) => text.columns.filter(({ nullable }) => nullable));
  const nullable = new Set(emptied.map(({ name }) => name)); // of 100,000 columns none is looked for among the others
  const columns = texts[0]!.columns.map((column) => ({
    ...column,
    nullable: nullable.has(column.name),
  }));
  return {
    reading: { file: label },
    columns: columns.filter(({ name }) => isShown(name)),
    bytes: texts.reduce((sum, { reading }) => sum + reading.view.size, 0),
    from: { texts },
    async count() {
      let rows = 0;
      for (const text of texts) rows += await countRows(text);
      return rows;
    },
    read: (asked = isShown) => readFiles(texts, (name) => isShown(name) && asked(name)),
    close,
  };
}
