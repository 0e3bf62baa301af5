import { fail } from '../../../core/problem/index.js';
import type { ByteWindow } from './window.js';

const [LINE_FEED, RETURN, QUOTE] = [10, 13, 34];

/** What `quoting` says of a cell. */
export const PLAIN = 0;
const QUOTED = 1;
/** Quoted, with doubled quotes inside. */
export const DOUBLED = 2;

/**
 * Finds the cells of one row after another, by RFC 4180: quotes, doubled quotes, line ends inside quotes, LF or CRLF.
 * A quote inside a cell that does not begin with one is a character like others. Cells stay bytes of the window.
 * Errors: DATA_FORMAT (text behind a closing quote, a quote never closed, a CR alone).
 */
export class CsvCells {
  /** Cell i of the row is `bytes[starts[i] .. ends[i]]`, its quotes left out. */
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  quoting = new Uint8Array(64);
  count = 0;
  /** Line on which the row begins, from 1. */
  line: number;
  readonly #file: string;
  readonly #delimiter: number;
  #nextLine: number;
  #rowStart = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(file: string, delimiter: number, line: number) {
    this.#file = file;
    this.#delimiter = delimiter;
    this.line = line;
    this.#nextLine = line;
  }

  get nextLine(): number {
    return this.#nextLine;
  }

  /** Moves to the next row and the window behind it. false: the window ends before the row does. */
  advance(window: ByteWindow): boolean {
    const { bytes, end } = window;
    let at = window.at;
    this.line = this.#nextLine;
    this.#rowStart = at;
    this.#bytes = bytes;
    this.count = 0;
    let lines = 1;
    if (at === end) return false;
    for (;;) {
      const cell = this.count++;
      if (cell === this.starts.length) this.#grow();
      if (at < end && bytes[at] === QUOTE) {
        const close = this.#closing(window, at);
        if (close < 0) return false;
        lines += this.#linesInside(bytes, at, close);
        this.starts[cell] = at + 1;
        this.ends[cell] = close;
        at = close + 1;
      } else {
        this.starts[cell] = at;
        at = this.#plain(bytes, at, end);
        this.ends[cell] = at;
        this.quoting[cell] = PLAIN;
      }
      if (at === end) {
        if (!window.final) return false;
        break;
      }
      const byte = bytes[at++];
      if (byte === this.#delimiter) continue;
      if (byte === LINE_FEED) break;
      if (byte !== RETURN) this.fail('DATA_FORMAT', `text stands behind the closing quote of cell ${cell + 1}`, cell);
      if (at === end && !window.final) return false;
      if (at === end) break;
      if (bytes[at] !== LINE_FEED)
        this.fail('DATA_FORMAT', 'a carriage return without a line feed: end lines with LF or CRLF', cell);
      at++;
      break;
    }
    window.at = at;
    this.#nextLine = this.line + lines;
    return true;
  }

  /** Nothing at all stands on the row's line. */
  get blank(): boolean {
    return this.count === 1 && this.ends[0] === this.starts[0] && this.quoting[0] === PLAIN;
  }

  /** Fails at a cell of the current row; a cell may stand lines below the row's first. */
  fail(code: 'DATA_FORMAT' | 'DATA_ROW' | 'DATA_VALUE' | 'DATA_COLUMN', message: string, cell = 0): never {
    const before = this.#bytes.toString('utf8', this.#rowStart, this.starts[cell]).split('\n');
    const place = { file: this.#file, line: this.line + before.length - 1, column: before.at(-1)!.length + 1 };
    return fail(code, message, { place });
  }

  /** Where a cell without quotes ends. */
  #plain(bytes: Buffer, start: number, end: number): number {
    const delimiter = this.#delimiter;
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === delimiter || byte === LINE_FEED || byte === RETURN) break;
    }
    return at;
  }

  /** The quote that closes the one at `open`, or -1 when the window ends before that is known. */
  #closing(window: ByteWindow, open: number): number {
    const { bytes, end } = window;
    const cell = this.count - 1;
    this.starts[cell] = open;
    this.quoting[cell] = QUOTED;
    for (let at = open + 1; ; at += 2) {
      at = bytes.indexOf(QUOTE, at);
      if (at < 0 || at >= end) {
        if (window.final) this.fail('DATA_FORMAT', `the quote that opens cell ${cell + 1} is never closed`, cell);
        return -1;
      }
      if (at + 1 === end && !window.final) return -1; // the next byte decides whether it is a doubled one
      if (at + 1 === end || bytes[at + 1] !== QUOTE) return at;
      this.quoting[cell] = DOUBLED;
    }
  }

  #linesInside(bytes: Buffer, start: number, end: number): number {
    let lines = 0;
    for (let at = start; at < end; at++) if (bytes[at] === LINE_FEED) lines++;
    return lines;
  }

  #grow(): void {
    const grown = new Int32Array(this.starts.length * 2);
    const ends = new Int32Array(grown.length);
    const quoting = new Uint8Array(grown.length);
    grown.set(this.starts);
    ends.set(this.ends);
    quoting.set(this.quoting);
    this.starts = grown;
    this.ends = ends;
    this.quoting = quoting;
  }
}
