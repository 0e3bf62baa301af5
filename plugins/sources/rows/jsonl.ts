import type { Shape } from '../../../core/contract/index.js';
import { fail } from '../../../core/problem/index.js';
import { type Census, type Declared, holdsNumbers, newCensus, type RowColumn, requireFewColumns } from './column.js';
import { shapeOf } from './json-array.js';
import { JsonRows, type Row } from './json-rows.js';
import { type RowFile, RowWalk, SAMPLE } from './rows.js';
import { textStart } from './text-start.js';
import type { Reading } from './window.js';

/** What the sample holds of one key. */
interface KeyCensus {
  readonly scalars: Census;
  arrays: number;
  shape: Shape | null;
}

/** Opens a JSONL file, one object a line: the keys of a sample of the first rows are the columns. */
export async function openJsonl(reading: Reading, declared: Declared): Promise<RowFile> {
  const first = { offset: await textStart(reading), row: 0, line: 1 };
  const sample = new JsonRows(reading.file, [], first.line);
  const keys = new Map<string, KeyCensus>();
  const count = await new RowWalk({ reading, syntax: () => sample }, first).read(SAMPLE, () => {
    countRow(sample.parse(), keys);
    requireFewColumns(reading.file, keys.size);
  });
  if (count === 0) fail('DATA_EMPTY', `${reading.file} is empty: one JSON object a line is expected`);
  if (keys.size === 0) fail('DATA_EMPTY', `the rows of ${reading.file} have no keys`);
  const columns = [...keys].map(([name, census]) => columnOf(name, census, { declared, rows: count }));
  return { reading, columns, first, syntax: (line) => new JsonRows(reading.file, columns, line) };
}

function countRow(row: Row, keys: Map<string, KeyCensus>): void {
  for (const [name, value] of Object.entries(row)) {
    const known = keys.get(name) ?? { scalars: newCensus(), arrays: 0, shape: null };
    keys.set(name, known);
    if (value === null) known.scalars.empty++;
    else if (typeof value === 'number' || typeof value === 'boolean') known.scalars.numbers++;
    else if (Array.isArray(value)) {
      known.arrays++;
      known.shape ??= shapeOf(value);
    } else known.scalars.other++;
  }
}

function columnOf(
  name: string,
  census: KeyCensus,
  known: { readonly declared: Declared; readonly rows: number },
): RowColumn {
  const { numbers, other, empty } = census.scalars;
  const present = numbers + other + census.arrays;
  const nullable = empty > 0 || present + empty < known.rows;
  if (known.declared.truth.has(name)) return { name, type: 'truth', shape: null, nullable };
  if (census.shape !== null && census.arrays * 10 >= present * 9)
    return { name, type: 'array', shape: census.shape, nullable };
  const type = !known.declared.text.has(name) && holdsNumbers(census.scalars) ? 'number' : 'text';
  return { name, type, shape: null, nullable };
}
