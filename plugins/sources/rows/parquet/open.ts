import type { Files } from '../../../../core/contract/index.js';
import { type Duck, type OpenFile, quoteName, quoteText, shown } from '../../../../core/files/index.js';
import { fail } from '../../../../core/problem/index.js';
import { type Condition, conditionSql } from '../filter.js';
import { requireSameColumns } from '../same-columns.js';
import { describeParquet, type ParquetColumn, type ParquetFile, type Reading } from './columns.js';
import { openWatched } from './watched.js';

/** Parquet files that are one table, opened: what they hold is known by their footers. */
export interface Parquet {
  readonly duck: Duck;
  readonly label: string;
  readonly files: readonly ParquetFile[];
  readonly columns: readonly ParquetColumn[];
  readonly bytes: number;
  count(): Promise<number>;
  /** Some columns of the rows that are asked for, in their order, from a row on. */
  select(columns: readonly ParquetColumn[], from: number): string;
  /** Whether rows stand as in the files. */
  readonly plain: boolean;
  close(): Promise<void>;
}

export interface ParquetRequest extends Reading {
  readonly label: string;
  readonly filter: readonly Condition[];
  readonly order: string | null;
}

/** A footer longer than this describes no table that could be used. */
const LONGEST_FOOTER = 64 * 2 ** 20;
const MAGIC = 'PAR1';

/** Errors: DATA_MISSING, DATA_FORMAT, DATA_COLUMN, DATA_EMPTY, MEMORY. */
export async function openParquet(files: Files, paths: readonly string[], request: ParquetRequest): Promise<Parquet> {
  const views: OpenFile[] = []; // held open, so that what is read stays what was hashed
  const close = async (): Promise<void> => {
    for (const view of views) await view.close();
  };
  try {
    for (const path of paths) {
      const view = await files.open(path);
      views.push(view);
      await requireParquet(view);
    }
    const located = views.map(({ path }) => path);
    const duck = await openWatched(files, located, request.label);
    const closing = async (): Promise<void> => {
      await duck.close();
      await close();
    };
    return await describeAll(duck, { views, request, close: closing }).catch(async (error: unknown) => {
      await duck.close();
      throw error;
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Errors: DATA_FORMAT for what is no Parquet, or cut short, before anything else reads it. */
async function requireParquet(view: OpenFile): Promise<void> {
  const text = async (from: number): Promise<string> => Buffer.from(await view.read(from, 4)).toString('latin1');
  const file = shown(view.path);
  if ((await text(0)) !== MAGIC) fail('DATA_FORMAT', `${file} is no Parquet file: it does not begin with ${MAGIC}`);
  if (view.size < 12 || (await text(view.size - 4)) !== MAGIC)
    fail(
      'DATA_FORMAT',
      `${file} is cut short: a Parquet file ends with ${MAGIC}, this one of ${view.size} bytes does not`,
    );
  const footer = Buffer.from(await view.read(view.size - 8, 4)).readUInt32LE();
  if (footer > Math.min(LONGEST_FOOTER, view.size - 12))
    fail('DATA_FORMAT', `${file} is damaged: it says that its footer has ${footer} bytes`);
}

interface Opening {
  readonly views: readonly OpenFile[];
  readonly request: ParquetRequest;
  readonly close: () => Promise<void>;
}

async function describeAll(duck: Duck, { views, request, close }: Opening): Promise<Parquet> {
  const { label, order, filter, only } = request;
  const asked = [...filter.map(({ column }) => column), ...(order === null ? [] : [order])];
  const reading = { ...request, only: only && [...only, ...asked] };
  const files: ParquetFile[] = [];
  for (const { path, size } of views) {
    const file = await describeParquet(duck, { path, label: shown(path), bytes: size }, reading);
    if (files[0]) requireSameColumns(files[0], file);
    files.push(file);
  }
  const all = files[0]!.columns.map((column, i) => ({
    ...column,
    nullable: column.nullable || files.some(({ columns }) => columns[i]!.nullable),
  }));
  if (order !== null && !all.some(({ name }) => name === order))
    fail('DATA_COLUMN', `${label} has no column "${order}", which \`order\` names`);
  const from = sourceSql(files, order);
  const rows = `FROM ${from} WHERE ${conditionSql(filter, all, label)}`;
  return {
    duck,
    label,
    files,
    columns: only === null ? all : all.filter(({ name }) => only.includes(name)),
    bytes: views.reduce((sum, { size }) => sum + size, 0),
    plain: filter.length === 0 && order === null,
    count: async () =>
      filter.length === 0
        ? files.reduce((sum, file) => sum + file.rows, 0)
        : Number((await duck.rows(`SELECT count(*) ${rows}`))[0]?.[0]),
    select(wanted, start) {
      const values = wanted.map(({ sql }, i) => `${sql} AS c${i}`).join(', ') || '1 AS c0';
      const sorted = order === null ? '' : ` ORDER BY ${quoteName(order)}, filename, file_row_number`;
      return `SELECT ${values} ${rows}${sorted}${start === 0 ? '' : ` OFFSET ${start}`}`;
    },
    close,
  };
}

/** Rows come file by file, each in its own order; for sorting they are told where they stood. */
function sourceSql(files: readonly ParquetFile[], order: string | null): string {
  const paths = files.map(({ path }) => quoteText(path)).join(', ');
  const places = order === null ? '' : ', filename = true, file_row_number = true';
  return `read_parquet([${paths}], union_by_name = true${places})`;
}
