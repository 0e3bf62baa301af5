import { isUtf8 } from 'node:buffer';
import { fail } from '../../../core/problem/index.js';
import { type RowColumn, type Store, widthOf } from './column.js';
import { LARGEST } from './float32.js';
import { copyArray, shapeOf, shapeText } from './json-array.js';
import type { ByteWindow } from './window.js';

const LINE_FEED = 10;
export type Row = Readonly<Record<string, unknown>>;

/** Lines that hold one JSON object each. */
export class JsonRows {
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
      this.#fail('DATA_VALUE', `column "${column.name}" holds numbers, but here ${shown(value)}`);
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
    return this.#fail('DATA_VALUE', `column "${name}" holds text, but here ${shown(value)}`);
  }

  #blank(): boolean {
    for (let at = this.#start; at < this.#end; at++) if (this.#bytes[at]! > 32) return false;
    return true;
  }

  #fail(code: 'DATA_FORMAT' | 'DATA_ROW' | 'DATA_VALUE', message: string): never {
    return fail(code, message, { place: { file: this.#file, line: this.line, column: 1 } });
  }
}

/** Arrays and objects are not printed: they may be of any size and depth. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array that is none of numbers of one shape, at most three deep';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : 'an object';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
