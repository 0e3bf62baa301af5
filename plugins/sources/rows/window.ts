import type { FileView } from '../../../core/contract/index.js';
import { fail } from '../../../core/problem/index.js';

const MEBIBYTE = 2 ** 20;
/** A row longer than this is a quote left open, or no text at all: it must not fill the memory. */
const LONGEST_ROW = 64 * MEBIBYTE;

/** Where to read and how. `block`: bytes per read. */
export interface Reading {
  readonly view: FileView;
  /** As messages show the path. */
  readonly file: string;
  readonly signal: AbortSignal;
  readonly block?: number;
}

/**
 * A window that moves over a file: `bytes[at .. end]` was read and is not consumed yet; `final`: the file ends at `end`.
 * Its buffer is reused, so that reading a file of any size takes the memory of one block, or of the longest row.
 */
export class ByteWindow {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  final = false;
  #next: number;
  readonly #reading: Reading;

  constructor(reading: Reading, from: number) {
    this.#reading = reading;
    this.#next = from;
  }

  /** Place in the file of `bytes[at]`. */
  get offset(): number {
    return this.#next - (this.end - this.at);
  }

  /** Reads on behind what is not consumed, at least doubling it, so that long rows are scanned again only a few times. */
  async more(line: number): Promise<void> {
    const { view, signal, block = MEBIBYTE, file } = this.#reading;
    signal.throwIfAborted();
    const held = this.end - this.at;
    if (held >= LONGEST_ROW) {
      const place = { file, line, column: 1 };
      fail(
        'DATA_FORMAT',
        `the row that begins here is longer than ${LONGEST_ROW / MEBIBYTE} MiB: is a quote left open?`,
        { place },
      );
    }
    const wanted = Math.min(Math.max(block, held), LONGEST_ROW + block - held, view.size - this.#next);
    const read = wanted > 0 ? await view.read(this.#next, wanted) : new Uint8Array();
    if (read.length < wanted) fail('DATA_FORMAT', `${file} became shorter while it was read`);
    this.#append(read, held);
    this.#next += read.length;
    this.final = this.#next >= view.size;
  }

  #append(read: Uint8Array, held: number): void {
    const room = held + read.length;
    const target = room > this.bytes.length ? Buffer.allocUnsafe(room) : this.bytes;
    this.bytes.copy(target, 0, this.at, this.end);
    target.set(read, held);
    this.bytes = target;
    this.at = 0;
    this.end = room;
  }
}
