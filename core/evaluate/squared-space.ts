import * as tfc from '@tensorflow/tfjs-core';
import { CHUNK } from './chunk-counter-code.js';
import { PLACES } from './count-desk.js';
import type { Vectors } from './embed.js';

/** What stands behind the last place, farther than everything. */
const BEYOND = 3e38;
/** Squared lengths up to which no product overflows. */
export const LARGEST = 1e30;

/** Vectors about a common origin, and their squared lengths about it. */
export interface Centred {
  /** [count, dimensions], float32 */
  readonly values: Float32Array;
  /** [count], float64 */
  readonly squares: Float64Array;
}

/** Places `start` and on, as a tensor whose product with that of queries is their squared distances. */
interface Part {
  readonly start: number;
  /** Places, filled up to whole chunks. */
  readonly width: number;
  /** [width, dimensions + 2] */
  readonly tensor: tfc.Tensor2D;
}

/** A gallery of a euclidean space, ready for |p|^2 + |q|^2 - 2pq as one product of matrices. */
export interface SquaredSpace {
  readonly origin: Float64Array;
  readonly parts: readonly Part[];
  /** Greatest squared length of each chunk of places. */
  readonly chunkSquares: Float64Array;
  /** Squared length by place. */
  readonly squares: Float64Array;
}

/** null where a number is not finite, or so large that a product would overflow. */
export function openSquaredSpace(vectors: Vectors, gallery: Int32Array): SquaredSpace | null {
  const origin = originOf(vectors, gallery);
  const parts: Part[] = [];
  const squares = new Float64Array(gallery.length);
  const chunkSquares = new Float64Array(Math.ceil(gallery.length / CHUNK));
  for (let start = 0; start < gallery.length; start += PLACES) {
    const centred = centre(vectors, gallery.subarray(start, start + PLACES), origin);
    squares.set(centred.squares, start);
    parts.push(partOf(centred, start, vectors.dimensions));
  }
  squares.forEach((square, place) => {
    const chunk = Math.floor(place / CHUNK);
    chunkSquares[chunk] = Math.max(chunkSquares[chunk]!, square);
  });
  const opened = { origin, parts, squares, chunkSquares };
  if (squares.every((square) => square <= LARGEST)) return opened; // NaN is not
  closeSquaredSpace(opened);
  return null;
}

export function closeSquaredSpace({ parts }: Pick<SquaredSpace, 'parts'>): void {
  for (const { tensor } of parts) tensor.dispose();
}

/**
 * The mean of the gallery, rounded to a coarse grid: numbers that stand on a grid themselves (0 and 1, pixels, counts) stay
 * exact, and equal distances equal.
 */
function originOf({ values, dimensions }: Vectors, rows: Int32Array): Float64Array {
  const mean = new Float64Array(dimensions);
  let square = 0;
  for (const row of rows) {
    for (let k = 0; k < dimensions; k++) {
      const value = values[row * dimensions + k]!;
      mean[k]! += value / rows.length;
      square += value * value;
    }
  }
  const variance = square / (rows.length * dimensions) - mean.reduce((sum, one) => sum + one * one, 0) / dimensions;
  if (!(variance > 0 && variance < Number.POSITIVE_INFINITY)) return mean;
  const grid = 2 ** Math.floor(Math.log2(Math.sqrt(variance)));
  return mean.map((one) => Math.round(one / grid) * grid);
}

export function centre({ values, dimensions }: Vectors, rows: Int32Array, origin: Float64Array): Centred {
  const centred = { values: new Float32Array(rows.length * dimensions), squares: new Float64Array(rows.length) };
  for (let i = 0, to = 0; i < rows.length; i++) {
    const from = rows[i]! * dimensions;
    let square = 0;
    for (let k = 0; k < dimensions; k++, to++) {
      centred.values[to] = values[from + k]! - origin[k]!;
      square += centred.values[to]! ** 2;
    }
    centred.squares[i] = square;
  }
  return centred;
}

/** Rows of [q, 1, |q|^2]. */
function partOf({ values, squares }: Centred, start: number, dimensions: number): Part {
  const width = Math.ceil(squares.length / CHUNK) * CHUNK;
  const rows = new Float32Array(width * (dimensions + 2));
  for (let i = 0, to = 0; i < width; i++, to += dimensions + 2) {
    rows.set(values.subarray(i * dimensions, (i + 1) * dimensions), to);
    rows[to + dimensions] = Number(i < squares.length);
    rows[to + dimensions + 1] = squares[i] ?? BEYOND;
  }
  return { start, width, tensor: tfc.tensor2d(rows, [width, dimensions + 2]) }; // [width, dimensions + 2]
}

/** Rows of [-2p, |p|^2, 1]. -> [queries, dimensions + 2] */
export function askingTensor({ values, squares }: Centred, dimensions: number): tfc.Tensor2D {
  const rows = new Float32Array(squares.length * (dimensions + 2));
  for (let i = 0, from = 0, to = 0; i < squares.length; i++, to += 2) {
    for (let k = 0; k < dimensions; k++) rows[to++] = -2 * values[from++]!;
    rows[to] = squares[i]!;
    rows[to + 1] = 1;
  }
  return tfc.tensor2d(rows, [squares.length, dimensions + 2]); // [queries, dimensions + 2]
}

/**
 * How far the product may be from |a - b|^2, as a share of |p|^2 + |q|^2: rounding of d + 2 terms, of the centring, and
 * twice that by which two squares may differ whose roots are one float32.
 */
export const marginOf = (dimensions: number): number => (dimensions + 12) * 2 ** -23;
