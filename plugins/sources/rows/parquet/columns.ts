import { type Duck, type DuckChunk, quoteName, quoteText } from '../../../../core/files/index.js';
import { fail } from '../../../../core/problem/index.js';
import { type Declared, type RowColumn, requireFewColumns } from '../column.js';

/** A column of Parquet: `sql` gives its values as FLOAT or DOUBLE, as VARCHAR, or as a list of numbers. */
export interface ParquetColumn extends RowColumn {
  readonly sql: string;
  /** DuckDB's name of its type. */
  readonly stored: string;
}

/** A Parquet file as its footer describes it. */
export interface ParquetFile {
  readonly path: string;
  readonly label: string;
  readonly rows: number;
  /** Of all columns, in their order. */
  readonly names: readonly string[];
  /** Those that are read. */
  readonly columns: readonly ParquetColumn[];
}

const NUMBER = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\([\d,]*\))$/;
const TEXT = /^(VARCHAR|UUID|ENUM\(.*\)|DATE|TIMESTAMP(_S|_MS|_NS)?)$/s;
const ZONED = 'TIMESTAMP WITH TIME ZONE';
/** Rows are numbered by 32-bit integers. */
const MOST_ROWS = 2 ** 31 - 2;
/** Rows of a small file, and rows for each of its bytes: more than that is a lie, or repeats one row for ever. */
const CREDIBLE = { rows: 2 ** 22, perByte: 1024 };
/** Rows that decide how long a list is. */
const SAMPLE = 1000;

export interface Reading {
  readonly declared: Declared;
  /** Columns to read; null: all. */
  readonly only: readonly string[] | null;
}

/** Reads the footer. Errors: DATA_COLUMN, DATA_EMPTY, DATA_FORMAT, MEMORY. */
export async function describeParquet(
  duck: Duck,
  file: { readonly path: string; readonly label: string; readonly bytes: number },
  reading: Reading,
): Promise<ParquetFile> {
  const from = `read_parquet([${quoteText(file.path)}])`;
  const rows = Number((await duck.rows(`SELECT num_rows FROM parquet_file_metadata(${quoteText(file.path)})`))[0]?.[0]);
  if (rows > MOST_ROWS) fail('MEMORY', `${file.label} says that it has ${rows} rows, more than ${MOST_ROWS}`);
  if (rows > Math.max(CREDIBLE.rows, CREDIBLE.perByte * file.bytes))
    fail(
      'MEMORY',
      `${file.label} says that it has ${rows} rows in ${file.bytes} bytes: more than ${CREDIBLE.perByte} a byte are not read`,
    );
  if (!(rows > 0)) fail('DATA_EMPTY', `${file.label} has no rows`);
  const described = (await duck.rows(`DESCRIBE SELECT * FROM ${from}`)) as readonly [string, string][];
  requireFewColumns(file.label, described.length);
  const nulls = await nullCounts(duck, file.path);
  const wanted = described.filter(([name]) => reading.only === null || reading.only.includes(name));
  if (wanted.some(([name]) => name.includes('\0')))
    fail('DATA_FORMAT', `${file.label} has a column whose name holds a zero character: it cannot be read`);
  const columns = wanted.map(([name, stored]) =>
    columnOf(name, stored, { file: file.label, nullable: nulls.get(name) !== 0, declared: reading.declared }),
  );
  const names = described.map(([name]) => name);
  return { ...file, rows, names, columns: await withLengths(duck, from, columns) };
}

/** Missing values of each flat column, where the footer counts them. */
async function nullCounts(duck: Duck, path: string): Promise<ReadonlyMap<string, number>> {
  const sql = `SELECT path_in_schema, sum(stats_null_count), count(*) = count(stats_null_count) FROM parquet_metadata(${quoteText(path)}) GROUP BY 1`;
  const counted = (await duck.rows(sql)).filter(([, , complete]) => complete === true);
  return new Map(counted.map(([name, count]) => [String(name), Number(count)]));
}

interface Known {
  readonly file: string;
  readonly nullable: boolean;
  readonly declared: Declared;
}

function columnOf(name: string, stored: string, { file, nullable, declared }: Known): ParquetColumn {
  const column = quoteName(name);
  const make = (type: RowColumn['type'], sql: string): ParquetColumn => ({
    name,
    type,
    shape: null,
    nullable,
    sql,
    stored,
  });
  const list = /^(.*)\[\d*\]$/s.exec(stored)?.[1];
  if (list !== undefined && NUMBER.test(list))
    return { ...make('array', `CAST(${column} AS ${list === 'FLOAT' ? list : 'DOUBLE'}[])`), nullable: true };
  if (stored === 'TIME') return make('text', timeSql(column));
  if (stored === ZONED) return make('text', `CAST(make_timestamp(epoch_us(${column})) AS VARCHAR)`);
  const asText = make('text', `CAST(${column} AS VARCHAR)`);
  if (TEXT.test(stored) || (declared.text.has(name) && (NUMBER.test(stored) || stored === 'BOOLEAN'))) return asText;
  if (stored === 'BOOLEAN') return make('truth', `CAST(${column} AS FLOAT)`);
  if (NUMBER.test(stored)) return make('number', stored === 'FLOAT' ? column : `CAST(${column} AS DOUBLE)`);
  return fail(
    'DATA_COLUMN',
    `column "${name}" of ${file} has the type ${stored.slice(0, 40)}, which is not read: list the other columns under \`columns\` of the source`,
  );
}

/** As text. One that no day has would be written beyond the memory that DuckDB keeps for it. */
const timeSql = (column: string): string =>
  `CASE WHEN ${column} NOT BETWEEN TIME '00:00:00' AND TIME '24:00:00' THEN error('a time that no day has') ELSE CAST(${column} AS VARCHAR) END`;

/** Lists of numbers are vectors; the first rows say how long. */
async function withLengths(duck: Duck, from: string, columns: readonly ParquetColumn[]): Promise<ParquetColumn[]> {
  const lists = columns.filter(({ type }) => type === 'array').map(({ name }) => quoteName(name));
  if (lists.length === 0) return [...columns];
  const lengths = lists.map((column) => `CAST(len(${column}) AS DOUBLE)`);
  const found = await longest(duck.stream(`SELECT ${lengths.join(', ')} FROM ${from}`));
  return columns.map((column) => {
    if (column.type !== 'array') return column;
    const length = found.shift() ?? 0;
    if (length > 0) return { ...column, shape: [length] };
    return fail('DATA_COLUMN', `column "${column.name}" has no list with a value in the first ${SAMPLE} rows`);
  });
}

/** Of each column the largest of the first rows. They are not cut by LIMIT: lists that a damaged file has too few of would be made up. */
async function longest(chunks: AsyncIterable<DuckChunk>): Promise<number[]> {
  const found: number[] = [];
  let rows = 0;
  for await (const { rowCount, columns } of chunks) {
    for (const [i, { values }] of columns.entries())
      for (let row = 0; row < Math.min(rowCount, SAMPLE - rows); row++)
        found[i] = Math.max(found[i] ?? 0, values[row] as number); // 0 where there is no list
    rows += rowCount;
    if (rows >= SAMPLE) break;
  }
  return found;
}
