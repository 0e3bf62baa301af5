import { isUtf8 } from 'node:buffer';
import type { Shape } from '../../../core/contract/index.js';
import { fail } from '../../../core/problem/index.js';
import { type Census, type Declared, holdsNumbers, newCensus, type RowColumn, type Store, widthOf } from './column.js';
import { LARGEST } from './float32.js';
import { copyArray, shapeOf, shapeText } from './json-array.js';
import { type RowFile, RowWalk, SAMPLE } from './rows.js';
import { textStart } from './text-start.js';
import type { ByteWindow, Reading } from './window.js';

const LINE_FEED = 10;
type Row = Readonly<Record<string, unknown>>;

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
  const count = await new RowWalk({ reading, syntax: () => sample }, first).read(SAMPLE, () =>
    countRow(sample.parse(), keys),
  );
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

/** Lines that hold one JSON object each. */
class JsonRows {
  line: number;
  nextLine: number;
  readonly #file: string;
  readonly #columns: readonly RowColumn[];
  readonly #names: ReadonlySet<string>;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(file: string, columns: readonly RowColumn[], line: number) {
    this.#file = file;
    this.#columns = columns;
    this.#names = new Set(columns.map(({ name }) => name));
    this.line = line;
    this.nextLine = line;
  }

  advance(window: ByteWindow): boolean {
    const { bytes, end } = window;
    while (window.at < end) {
      const found = bytes.indexOf(LINE_FEED, window.at);
      const complete = found >= 0 && found < end;
      if (!complete && !window.final) return false;
      this.#start = window.at;
      this.#end = complete ? found : end;
      window.at = complete ? found + 1 : end;
      this.line = this.nextLine++;
      this.#bytes = bytes;
      if (!this.#blank()) return true;
    }
    return false;
  }

  parse(): Row {
    const text = this.#bytes.toString('utf8', this.#start, this.#end);
    if (text.includes('\ufffd') && !isUtf8(this.#bytes.subarray(this.#start, this.#end))) {
      this.#fail('DATA_FORMAT', 'the line is not UTF-8: save the file as UTF-8');
    }
    const row = parseJson(text);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Row;
    const shown = text.trim().slice(0, 40);
    return this.#fail(
      'DATA_ROW',
      `a JSON object is expected on each line, here stands: ${shown}${shown.length < 40 ? '' : '...'}`,
    );
  }

  store(stores: readonly Store[], index: number): void {
    const row = this.parse();
    for (const name of Object.keys(row)) {
      if (!this.#names.has(name))
        this.#fail(
          'DATA_ROW',
          `key "${name}" stands in none of the first rows; they have ${[...this.#names].join(', ')}`,
        );
    }
    for (const [i, column] of this.#columns.entries()) {
      const store = stores[i] ?? null;
      const value = Object.hasOwn(row, column.name) ? (row[column.name] ?? null) : null;
      if (store instanceof Float32Array) this.#storeNumbers(column, value, { store, index });
      else if (store !== null) store[index] = this.#text(column, value);
    }
  }

  #storeNumbers(column: RowColumn, value: unknown, to: { readonly store: Float32Array; readonly index: number }): void {
    const { store, index } = to;
    const width = widthOf(column.shape);
    if (value === null) store.fill(Number.NaN, index * width, (index + 1) * width);
    else if (column.type === 'array') this.#storeArray(column, value, { store, at: index * width });
    else if (typeof value === 'boolean') store[index] = Number(value);
    else if (typeof value !== 'number')
      this.#fail('DATA_VALUE', `column "${column.name}" holds numbers, but here ${JSON.stringify(value).slice(0, 40)}`);
    else if (Math.abs(value) > LARGEST)
      this.#fail('DATA_VALUE', `column "${column.name}" has ${value}, which float32 cannot hold`);
    else store[index] = value;
  }

  #storeArray(
    { name, shape }: RowColumn,
    value: unknown,
    to: { readonly store: Float32Array; readonly at: number },
  ): void {
    if (copyArray(value, shape!, to)) return;
    const found = shapeOf(value);
    if (found !== null && shapeText(found) !== shapeText(shape!)) {
      this.#fail(
        'DATA_VALUE',
        `column "${name}" has shape ${shapeText(found)} here, ${shapeText(shape!)} in the rows before`,
      );
    }
    this.#fail(
      'DATA_VALUE',
      `column "${name}" must be an array of numbers of shape ${shapeText(shape!)} that float32 can hold`,
    );
  }

  #text({ name }: RowColumn, value: unknown): string | null {
    if (value === null || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.#fail('DATA_VALUE', `column "${name}" holds text, but here ${JSON.stringify(value).slice(0, 40)}`);
  }

  #blank(): boolean {
    for (let at = this.#start; at < this.#end; at++) if (this.#bytes[at]! > 32) return false;
    return true;
  }

  #fail(code: 'DATA_FORMAT' | 'DATA_ROW' | 'DATA_VALUE', message: string): never {
    return fail(code, message, { place: { file: this.#file, line: this.line, column: 1 } });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
