import type { Column } from '../../../core/contract/index.js';
import type { RowColumn, Store } from './column.js';
import { ByteWindow, type Reading } from './window.js';

/** Where a row begins: enough to read on from there. A type, not an interface, so that it is JSON. */
export type RowPosition = {
  readonly offset: number;
  /** Number of the row, from 0: the header is none. */
  readonly row: number;
  /** Line of the file, from 1. */
  readonly line: number;
};

/** Reads the rows of one format, one after another. */
export interface RowSyntax {
  /** Line on which the current row begins. */
  readonly line: number;
  readonly nextLine: number;
  /** Moves to the next row, over blank lines, and the window behind it. false: the window ends before the row does. */
  advance(window: ByteWindow): boolean;
  /** Writes the current row's cells to place `index` of the stores. Errors: DATA_ROW, DATA_VALUE. */
  store(stores: readonly Store[], index: number): void;
}

/** A file of rows whose header, or sample, has been read: its columns are fixed. */
export interface RowFile {
  readonly reading: Reading;
  readonly columns: readonly RowColumn[];
  readonly first: RowPosition;
  syntax(line: number): RowSyntax;
}

export const columnsOf = (
  rows: Pick<RowFile, 'columns'>,
  describe: (column: RowColumn) => Column,
): Readonly<Record<string, Column>> =>
  Object.fromEntries(rows.columns.map((column) => [column.name, describe(column)]));

export interface Limits {
  readonly rows: number;
  readonly bytes: number;
}
/** Rows that decide what the columns hold. */
export const SAMPLE: Limits = { rows: 1000, bytes: Number.POSITIVE_INFINITY };
export const NO_LIMIT: Limits = { rows: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/** Walks over rows from a position on. */
export class RowWalk {
  readonly syntax: RowSyntax;
  #row: number;
  readonly #window: ByteWindow;

  constructor(rows: Pick<RowFile, 'reading' | 'syntax'>, from: RowPosition) {
    this.syntax = rows.syntax(from.line);
    this.#row = from.row;
    this.#window = new ByteWindow(rows.reading, from.offset);
  }

  /** Where the next row begins. */
  get position(): RowPosition {
    return { offset: this.#window.offset, row: this.#row, line: this.syntax.nextLine };
  }

  /** Visits rows until a limit is reached, or the end; returns how many. `index` counts from 0 in each call. */
  async read(limits: Limits, visit: (index: number) => void): Promise<number> {
    const window = this.#window;
    const until = window.offset + limits.bytes;
    let index = 0;
    while (index < limits.rows && window.offset < until) {
      if (this.syntax.advance(window)) {
        visit(index++);
        this.#row++;
      } else if (window.final && window.at === window.end) break;
      else await window.more(this.syntax.nextLine);
    }
    return index;
  }
}
