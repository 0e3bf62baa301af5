import { createHash } from 'node:crypto';
import type { Cells, Cols } from '../../../core/contract/index.js';

/** Rows of one or two sides with the same columns, without repetition. */
export interface DistinctRows {
  readonly size: number;
  /** For each side: which distinct row each of its rows is. */
  readonly codes: readonly Int32Array[];
  readonly columns: Cols;
  /** Row in which each first appears. */
  readonly firstRows: Int32Array;
}

/** A column of all sides as whole numbers that are equal where the cells are. */
interface Words {
  readonly sides: readonly Int32Array[];
  readonly width: number;
}

/** Rows with equal contents are one, numbered by first appearance: row by row, the sides of a row in their order. */
export function distinctRows(sides: readonly Cols[], size: number): DistinctRows {
  const names = Object.keys(sides[0]!);
  const words = names.map((name) =>
    wordsOf(
      sides.map((side) => side[name]!),
      size,
    ),
  );
  const known = new KnownRows(words, size * sides.length);
  const codes = sides.map(() => new Int32Array(size));
  for (let row = 0; row < size; row++) for (const [side, of] of codes.entries()) of[row] = known.number(side, row);
  const firsts = known.firsts;
  const columns = names.map((name): [string, Cells] => [
    name,
    gather(
      sides.map((side) => side[name]!),
      size,
      firsts,
    ),
  ]);
  return {
    size: firsts.length,
    codes,
    columns: Object.fromEntries(columns),
    firstRows: Int32Array.from(firsts, ({ row }) => row),
  };
}

interface Spot {
  readonly side: number;
  readonly row: number;
}

/** A hash table of rows, found by content (open addressing, linear probing). */
class KnownRows {
  readonly firsts: Spot[] = [];
  readonly #words: readonly Words[];
  readonly #slots: Int32Array;

  constructor(words: readonly Words[], rows: number) {
    this.#words = words;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * rows + 2))); // 0 = free, else number + 1
  }

  number(side: number, row: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = this.#hash(side, row) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1;
      if (number < 0) {
        this.#slots[slot] = this.firsts.push({ side, row });
        return this.firsts.length - 1;
      }
      if (this.#same(this.firsts[number]!, side, row)) return number;
    }
  }

  #hash(side: number, row: number): number {
    let hash = 0;
    for (const { sides, width } of this.#words) {
      const words = sides[side]!;
      for (let at = row * width; at < (row + 1) * width; at++) {
        hash = Math.imul(hash ^ words[at]!, 0x9e3779b1);
        hash ^= hash >>> 15;
      }
    }
    return hash >>> 0;
  }

  #same(first: Spot, side: number, row: number): boolean {
    return this.#words.every(({ sides, width }) => {
      const [a, b] = [sides[first.side]!, sides[side]!];
      for (let i = 0; i < width; i++) if (a[first.row * width + i] !== b[row * width + i]) return false;
      return true;
    });
  }
}

function wordsOf(cells: readonly Cells[], size: number): Words {
  if (!cells.every((one) => one instanceof Float32Array)) {
    const codes = codesOf(cells.flatMap((one) => one as readonly (string | null)[]));
    return { sides: cells.map((_, side) => codes.subarray(side * size, (side + 1) * size)), width: 1 };
  }
  return { sides: cells.map(bitsOf), width: cells[0]!.length / size };
}

function codesOf(texts: readonly (string | null)[]): Int32Array {
  const known = new Map<string | null, number>();
  return Int32Array.from(texts, (text) => {
    if (!known.has(text)) known.set(text, known.size);
    return known.get(text)!;
  });
}

/** The bits of the numbers, -0 made 0: equal bits are equal numbers, or both missing. */
function bitsOf(values: Float32Array): Int32Array {
  for (let i = 0; i < values.length; i++) if (values[i] === 0) values[i] = 0;
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

function gather(sides: readonly Cells[], size: number, spots: readonly Spot[]): Cells {
  if (!(sides[0] instanceof Float32Array))
    return spots.map(({ side, row }) => (sides[side] as readonly (string | null)[])[row]!);
  const width = sides[0].length / size;
  const gathered = new Float32Array(spots.length * width);
  for (const [i, { side, row }] of spots.entries()) {
    const values = sides[side] as Float32Array;
    for (let at = 0; at < width; at++) gathered[i * width + at] = values[row * width + at]!;
  }
  return gathered;
}

/** A name for each row that follows from its content alone: it stays when rows are added, dropped or moved. */
export function contentKeys(columns: Cols, size: number): (row: number) => string {
  return (row) => {
    const hash = createHash('sha256');
    for (const [name, cells] of Object.entries(columns)) {
      const width = cells.length / size;
      const values = Array.from((cells as Float32Array).slice(row * width, (row + 1) * width) as ArrayLike<unknown>);
      hash.update(JSON.stringify([name, ...values])); // NaN is written as null
    }
    return hash.digest('hex').slice(0, 20);
  };
}
