import { isUtf8 } from 'node:buffer';
import { fail } from '../../../core/problem/index.js';
import {
  type Census,
  type Declared,
  holdsNumbers,
  isOddNumber,
  newCensus,
  type RowColumn,
  type Store,
} from './column.js';
import { CsvCells, DOUBLED } from './csv-cells.js';
import { readHeader } from './csv-header.js';
import { LARGEST, parseFloat32 } from './float32.js';
import { type RowFile, RowWalk, SAMPLE } from './rows.js';
import type { ByteWindow, Reading } from './window.js';

/** Opens a CSV file: its first row names the columns, a sample of the next ones decides what they hold. */
export async function openCsv(reading: Reading, delimiter: string, declared: Declared): Promise<RowFile> {
  const byte = delimiter.charCodeAt(0);
  const { names, first } = await readHeader(reading, byte);
  const blank = names.map((name): RowColumn => ({ name, type: 'text', shape: null, nullable: false }));
  const sample = new CsvRows(reading.file, blank, new CsvCells(reading.file, byte, first.line));
  const census = names.map(newCensus);
  const walk = new RowWalk({ reading, syntax: () => sample }, first);
  const count = await walk.read(SAMPLE, () => sample.count(census));
  if (count === 0) fail('DATA_EMPTY', `${reading.file} has a header and no rows`);
  const columns = names.map((name, i) => columnOf(name, census[i]!, declared));
  return {
    reading,
    columns,
    first,
    syntax: (line) => new CsvRows(reading.file, columns, new CsvCells(reading.file, byte, line)),
  };
}

function columnOf(name: string, census: Census, declared: Declared): RowColumn {
  const truth = declared.truth.has(name);
  const type = truth ? 'truth' : !declared.text.has(name) && holdsNumbers(census) ? 'number' : 'text';
  return { name, type, shape: null, nullable: census.empty > 0 };
}

/** Rows of a CSV file under their header. */
class CsvRows {
  readonly #file: string;
  readonly #columns: readonly RowColumn[];
  readonly #isText: readonly boolean[];
  readonly #cells: CsvCells;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(file: string, columns: readonly RowColumn[], cells: CsvCells) {
    this.#file = file;
    this.#columns = columns;
    this.#isText = columns.map(({ type }) => type === 'text');
    this.#cells = cells;
  }

  get line(): number {
    return this.#cells.line;
  }

  get nextLine(): number {
    return this.#cells.nextLine;
  }

  advance(window: ByteWindow): boolean {
    const cells = this.#cells;
    const width = this.#columns.length;
    do {
      if (!cells.advance(window)) return false;
    } while (cells.blank && width > 1); // of one column, a blank line is an empty cell
    if (cells.count !== width) {
      cells.fail('DATA_ROW', `the header of ${this.#file} names ${width} columns, this row has ${cells.count}`);
    }
    this.#bytes = window.bytes;
    return true;
  }

  store(stores: readonly Store[], index: number): void {
    const { starts, ends } = this.#cells;
    for (let i = 0; i < stores.length; i++) {
      const store = stores[i]!;
      if (store === null) continue;
      const start = starts[i]!;
      const end = ends[i]!;
      if (this.#isText[i]) (store as (string | null)[])[index] = start === end ? null : this.#text(i);
      else if (start === end) store[index] = Number.NaN;
      else {
        const value = parseFloat32(this.#bytes, start, end);
        store[index] = Math.abs(value) <= LARGEST ? value : this.#unusual(i);
      }
    }
  }

  /** Adds the row to what is known of each column. */
  count(census: readonly Census[]): void {
    const { starts, ends } = this.#cells;
    for (const [i, column] of census.entries()) {
      const text = starts[i] === ends[i] ? '' : this.#text(i).trim();
      if (text === '') column.empty++;
      else if (!Number.isNaN(parseFloat32(this.#bytes, starts[i]!, ends[i]!))) column.numbers++;
      else if (isOddNumber(text)) column.odd++;
      else column.other++;
    }
  }

  #text(cell: number): string {
    const start = this.#cells.starts[cell]!;
    const end = this.#cells.ends[cell]!;
    const text = this.#bytes.toString('utf8', start, end);
    if (text.includes('\ufffd') && !isUtf8(this.#bytes.subarray(start, end))) {
      this.#cells.fail(
        'DATA_FORMAT',
        `column "${this.#columns[cell]!.name}" is not UTF-8 here: save the file as UTF-8`,
        cell,
      );
    }
    return this.#cells.quoting[cell] === DOUBLED ? text.replaceAll('""', '"') : text;
  }

  /** A cell of a number column that is not simply a finite number. */
  #unusual(cell: number): number {
    const { name, type } = this.#columns[cell]!;
    const text = this.#text(cell).trim();
    if (text === '') return Number.NaN;
    if (type === 'truth' && /^(true|false)$/i.test(text)) return Number(text.toLowerCase() === 'true');
    const shown = `"${text.length > 40 ? `${text.slice(0, 40)}...` : text}"`;
    if (isOddNumber(text)) {
      return this.#cells.fail(
        'DATA_VALUE',
        `column "${name}" has ${shown}: numbers must be finite, a missing one is left empty`,
        cell,
      );
    }
    if (Number.isFinite(Number(text)) || /^[-+\d.e]+$/i.test(text)) {
      return this.#cells.fail(
        'DATA_VALUE',
        `column "${name}" has ${shown}, which is no number that float32 can hold`,
        cell,
      );
    }
    const way =
      type === 'truth'
        ? '0, 1, true or false is expected'
        : 'if the column is text, name it under `text` of the source';
    return this.#cells.fail('DATA_VALUE', `column "${name}" holds numbers, but here ${shown}: ${way}`, cell);
  }
}
