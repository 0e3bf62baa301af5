import { extname } from 'node:path';
import type { Files } from '../../../core/contract/index.js';
import { shown } from '../../../core/files/index.js';
import { fail, suggestion } from '../../../core/problem/index.js';
import { createStores, type RowColumn } from './column.js';
import { openCsv } from './csv.js';
import { openJsonl } from './jsonl.js';
import { type RowFile, RowWalk, SAMPLE } from './rows.js';
import { requireSameColumns } from './same-columns.js';

/** What the options of a source say of its file. */
export interface RowOptions {
  readonly path: string;
  readonly format: 'auto' | Format;
  readonly delimiter: string;
  /** Columns read as text, whatever they look like. */
  readonly text: readonly string[];
  /** Columns of numbers in which true and false are 1 and 0. */
  readonly truth?: readonly string[];
}
type Format = 'csv' | 'jsonl' | 'parquet';

const formats: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.parquet': 'parquet',
};

/** Options of every source that reads rows. */
export const rowOptions = {
  path: {
    type: 'string',
    format: 'path',
    description:
      'CSV or JSONL file (one JSON object a line), in UTF-8, or Parquet. A pattern such as part-*.csv is all files that match, in the order of their paths, as one table.',
  },
  format: {
    type: 'string',
    enum: ['auto', 'csv', 'jsonl', 'parquet'],
    default: 'auto',
    description: 'auto: by the ending of the path. Parquet needs the package @duckdb/node-api.',
  },
  delimiter: {
    type: 'string',
    pattern: '^(auto|[\\t -!#-~])$',
    default: 'auto',
    description: 'What stands between the cells of a CSV file. auto: a comma; in a .tsv file a tab.',
  },
  text: {
    type: 'array',
    items: { type: 'string', format: 'column', description: 'A column.' },
    default: [],
    description: 'Columns that are text although they look like numbers: codes, long identifiers.',
  },
} as const;

/** How a file is read, by the option or its ending. Errors: DATA_FORMAT, DATA_MISSING. */
export async function formatOf(files: Files, path: string, asked: RowOptions['format']): Promise<Format> {
  const ending = extname(path).toLowerCase();
  const format = asked === 'auto' ? formats[ending] : asked;
  if (format) return format;
  await (await files.open(path)).close(); // a folder, or nothing, is told as such
  return fail(
    'DATA_FORMAT',
    `the ending "${ending}" of ${shown(path)} does not tell how to read it: set \`format\` to csv, jsonl or parquet`,
  );
}

/**
 * Opens a file of text rows and fixes its columns from a sample of the first 1,000 rows, which are checked. The view is the
 * caller's to close. Errors: DATA_MISSING, DATA_FORMAT, DATA_EMPTY, DATA_COLUMN, and those of the sample's rows.
 */
export async function openRows(
  files: Files,
  options: RowOptions,
  how: { readonly block?: number; readonly first?: RowFile } = {},
): Promise<RowFile> {
  const path = files.resolve(options.path);
  const file = shown(path);
  const format = await formatOf(files, path, options.format);
  if (format === 'parquet') fail('DATA_FORMAT', `${file}: Parquet is not read here, CSV and JSONL are`);
  const view = await files.open(path);
  const reading = { view, file, signal: files.signal, ...(how.block === undefined ? {} : { block: how.block }) };
  const texts = (how.first?.columns ?? []).filter(({ type }) => type === 'text').map(({ name }) => name);
  const declared = { text: new Set([...options.text, ...texts]), truth: new Set(options.truth) };
  const tab = extname(path).toLowerCase() === '.tsv';
  const delimiter = options.delimiter !== 'auto' ? options.delimiter : tab ? '\t' : ',';
  try {
    const rows = await (format === 'csv' ? openCsv(reading, delimiter, declared) : openJsonl(reading, declared));
    if (how.first) requireSameColumns(partOf(how.first), partOf(rows));
    for (const name of [...declared.text, ...declared.truth]) requireColumn(rows, name);
    await checkSample(rows);
    return rows;
  } catch (error) {
    await view.close();
    throw error;
  }
}

const partOf = ({ reading, columns }: RowFile) => ({ label: reading.file, columns });

/** Reads the sample again by what it was found to hold, so that its mistakes are seen at once. */
async function checkSample(rows: RowFile): Promise<void> {
  const stores = createStores(rows.columns, () => true, 1);
  const walk = new RowWalk(rows, rows.first);
  await walk.read(SAMPLE, () => walk.syntax.store(stores, 0));
}

/** Errors: DATA_COLUMN for a name that the file does not have. */
export function requireColumn(
  rows: { readonly reading: Named['reading']; readonly columns: readonly { readonly name: string }[] },
  name: string,
): void {
  const names = rows.columns.map((column) => column.name);
  if (names.includes(name)) return;
  const single = names.length === 1 && /[;\t|]/.test(names[0]!) ? '; is `delimiter` right?' : '';
  const hint = suggestion(name, names) || single;
  const known = `${hint === '' ? '; its' : ' Its'} columns: ${listed(names)}`;
  fail('DATA_COLUMN', `${rows.reading.file} has no column "${name}"${hint}${known}`);
}

/** What has columns, and a name for messages. */
export interface Named {
  readonly reading: { readonly file: string };
  readonly columns: readonly RowColumn[];
}

/** Names in one line, the first ones where there are many. */
export const listed = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(', ')}, ... (${names.length})` : names.join(', ');
