import type { Cells, Cols } from '../../contract/index.js';
import { fail, listed, suggestion } from '../../problem/index.js';
import type { FieldSpec } from './spec.js';

type Numbers = Float32Array | Int32Array | Uint8Array;

/** The cells of a column. Errors: DATA_COLUMN. */
export function cellsOf(cols: Cols, name: string): Cells {
  if (Object.hasOwn(cols, name)) return cols[name]!;
  const names = Object.keys(cols);
  return fail(
    'DATA_COLUMN',
    `the data has no column "${name}"${suggestion(name, names) || `; it has ${listed(names)}`}`,
  );
}

/** Number of rows of a block, told by the columns of a field. */
export function countOf({ columns }: FieldSpec, cols: Cols): number {
  const { name, width } = columns[0]!;
  return cellsOf(cols, name).length / width;
}

/**
 * The columns of a field side by side: [count, width], row after row. One column is given as it is, without copying;
 * bytes stay bytes. Errors: DATA_COLUMN, SHAPE where the data has another shape than the field was planned for.
 */
export function joinNumbers({ columns }: FieldSpec, cols: Cols, count: number): Numbers {
  const parts = columns.map(({ name, width }) => ({ width, cells: numbersOf(cols, name, count * width) }));
  if (parts.length === 1) return parts[0]!.cells;
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  const bytes = parts.every(({ cells }) => cells instanceof Uint8Array);
  const joined = bytes ? new Uint8Array(count * width) : new Float32Array(count * width);
  for (let from = 0; from < count; from += BLOCK) {
    let place = 0;
    for (const part of parts) {
      copyPart(part, { joined, width, place, from, to: Math.min(count, from + BLOCK) });
      place += part.width;
    }
  }
  return joined;
}

const BLOCK = 256; // rows whose target lines stay in the cache while column after column is written to them

interface Target {
  readonly joined: Float32Array | Uint8Array;
  readonly width: number;
  readonly place: number;
  readonly from: number;
  readonly to: number;
}

function copyPart(
  part: { readonly width: number; readonly cells: Numbers },
  { joined, width, place, from, to }: Target,
): void {
  const { cells, width: own } = part;
  for (let row = from; row < to; row++) {
    for (let i = 0; i < own; i++) joined[row * width + place + i] = cells[row * own + i]!;
  }
}

function numbersOf(cols: Cols, name: string, length: number): Numbers {
  const cells = cellsOf(cols, name);
  if (!(cells instanceof Float32Array || cells instanceof Int32Array || cells instanceof Uint8Array)) {
    return fail('FIELD', `the column "${name}" holds no numbers`);
  }
  if (cells.length === length) return cells;
  return fail('SHAPE', `the column "${name}" has ${cells.length} values where ${length} are expected`);
}
