import * as tfc from '@tensorflow/tfjs-core';
import type { AskedPlaces } from './asking.js';
import type { EmbeddedItems } from './embed.js';
import {
  askingTensor,
  CHUNK,
  centre,
  closeSquaredSpace,
  LARGEST,
  marginOf,
  openSquaredSpace,
  type SquaredSpace,
} from './squared-space.js';
import { Tally } from './tally.js';
import { copiesOf } from './vector-copies.js';

/** A square below this share of |p|^2 + |q|^2 has lost digits in the product. */
const CANCELS = 1 / 4;
/** Queries at a time. */
const QUERIES = 1024;

/** One query while it is looked at. */
interface Query {
  readonly row: number;
  readonly square: number;
  readonly places: AskedPlaces;
  /** Of the relevant places, the nearest first. */
  readonly relevant: readonly { readonly place: number; readonly distance: number }[];
  readonly tally: Tally;
}

/**
 * Ranks of a few relevant items in a euclidean gallery, exactly, at little more than the price of one product of matrices:
 * squared distances come from the product, and are read only where a chunk of 64 has one that is not clearly farther than
 * all relevant items. Of these most are clearly between two of them; the others are computed in float64. The order is
 * that of the distances in float32, ties by place.
 */
export class SquareRanks {
  readonly #embedded: EmbeddedItems;
  readonly #gallery: Int32Array;
  readonly #space: SquaredSpace;
  readonly #root: boolean;
  readonly #margin: number;
  #copies: ReturnType<typeof copiesOf> | null = null;
  private constructor(
    embedded: EmbeddedItems,
    gallery: Int32Array,
    { space, root }: { readonly space: SquaredSpace; readonly root: boolean },
  ) {
    this.#embedded = embedded;
    this.#gallery = gallery;
    this.#space = space;
    this.#root = root;
    this.#margin = marginOf(embedded.right.dimensions);
  }

  /** `root`: the distance is the root of the square. null where the numbers are such that it cannot be. */
  static open(embedded: EmbeddedItems, gallery: Int32Array, root: boolean): SquareRanks | null {
    const space = openSquaredSpace(embedded.right, gallery);
    return space && new SquareRanks(embedded, gallery, { space, root });
  }

  dispose(): void {
    closeSquaredSpace(this.#space);
  }

  /** For every query the ranks of its relevant places, of which there is at least one; null where a number is too large. */
  ranks(rows: Int32Array, places: readonly AskedPlaces[]): (readonly number[])[] | null {
    const found: (readonly number[])[] = [];
    for (let start = 0; start < rows.length; start += QUERIES) {
      const now = rows.subarray(start, start + QUERIES);
      const centred = centre(this.#embedded.left, now, this.#space.origin);
      if (!centred.squares.every((square) => square <= LARGEST)) return null;
      const queries = Array.from(now, (row, i) => this.#begin(row, centred.squares[i]!, places[start + i]!));
      const asking = askingTensor(centred, this.#embedded.left.dimensions); // [queries, dimensions + 2]
      for (const part of this.#space.parts) this.#count(queries, asking, part);
      asking.dispose();
      for (const query of queries) found.push(this.#ranksOf(query));
    }
    return found;
  }

  /** All distances, [rows, gallery]: from the product where it keeps its digits, in float64 elsewhere. null as in `ranks`. */
  distances(rows: Int32Array): Float32Array | null {
    const centred = centre(this.#embedded.left, rows, this.#space.origin);
    if (!centred.squares.every((square) => square <= LARGEST)) return null;
    const asking = askingTensor(centred, this.#embedded.left.dimensions); // [rows, dimensions + 2]
    const size = this.#gallery.length;
    const result = new Float32Array(rows.length * size);
    for (const { start, width, tensor } of this.#space.parts) {
      const squares = tfc.matMul(asking, tensor, false, true); // [rows, width]
      const held = squares.dataSync<'float32'>();
      squares.dispose();
      rows.forEach((row, i) => {
        const values = held.subarray(i * width, i * width + Math.min(width, size - start));
        this.#repair(values, { row, start, square: centred.squares[i]! });
        result.set(values, i * size + start);
      });
    }
    asking.dispose();
    this.#copies ??= copiesOf(this.#embedded.right, this.#gallery);
    for (let from = 0; from < result.length; from += size) {
      for (const { place, first } of this.#copies) result[from + place] = result[from + first]!;
    }
    return result;
  }

  /** Squares become distances; those that have lost digits are computed anew. */
  #repair(
    values: Float32Array,
    { row, start, square }: { readonly row: number; readonly start: number; readonly square: number },
  ): void {
    const { squares } = this.#space;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const whole = value >= CANCELS * (square + squares[start + i]!);
      values[i] = this.#distance(whole ? value : this.#exact(row, start + i));
    }
  }

  #begin(row: number, square: number, places: AskedPlaces): Query {
    const measured = places.relevant.map((place) => {
      const exact = this.#exact(row, place);
      return { place, exact, distance: this.#distance(exact) };
    });
    measured.sort((a, b) => a.distance - b.distance || a.place - b.place);
    const thresholds = Float64Array.from(measured, ({ exact }) => exact).sort();
    const margin = this.#margin * (square + this.#space.usual);
    return { row, square, places, relevant: measured, tally: new Tally(thresholds, margin) };
  }

  #count(
    queries: readonly Query[],
    asking: tfc.Tensor2D,
    { start, width, tensor }: SquaredSpace['parts'][number],
  ): void {
    const chunks = width / CHUNK;
    const [values, least] = tfc.tidy(() => {
      const squares = tfc.matMul(asking, tensor, false, true); // [queries, width]
      const rows = tfc.reshape(squares, [queries.length * chunks, CHUNK]); // [queries * chunks, 64]
      return [rows, tfc.min(rows, 1)]; // [queries * chunks]
    }) as [tfc.Tensor2D, tfc.Tensor1D];
    const hits = this.#hits(queries, least.dataSync<'float32'>(), { first: start / CHUNK, chunks });
    const every = hits.length * 2 > queries.length * chunks;
    const held = every ? values.dataSync<'float32'>() : gathered(values, hits); // [hits, 64]
    hits.forEach((hit, i) => {
      const query = queries[Math.floor(hit / chunks)]!;
      this.#look(query, { values: held, from: (every ? hit : i) * CHUNK, place: start + (hit % chunks) * CHUNK });
    });
    tfc.dispose([values, least]);
  }

  /** Chunks that may hold something nearer than the farthest relevant item. */
  #hits(
    queries: readonly Query[],
    least: Float32Array,
    { first, chunks }: { readonly first: number; readonly chunks: number },
  ): Int32Array {
    const hits = new Int32Array(least.length);
    let count = 0;
    queries.forEach(({ tally }, q) => {
      for (let chunk = 0, i = q * chunks; chunk < chunks; chunk++, i++) {
        const unusual = Math.max(0, this.#space.chunkSquares[first + chunk]! - this.#space.usual);
        if (least[i]! <= tally.limit + this.#margin * unusual) hits[count++] = i;
      }
    });
    return hits.subarray(0, count);
  }

  #look(
    query: Query,
    { values, from, place }: { readonly values: Float32Array; readonly from: number; readonly place: number },
  ): void {
    const count = Math.min(CHUNK, this.#gallery.length - place);
    const unclear = (at: number, value: number): void => this.#place(query, place + at, value);
    if (this.#space.chunkSquares[Math.floor(place / CHUNK)]! <= this.#space.usual)
      query.tally.add(values, { start: from, count }, unclear);
    else for (let i = 0; i < count; i++) unclear(i, values[from + i]!);
  }

  /** Counts one place whose value is not clear of the thresholds, by its own margin, or exactly. */
  #place(query: Query, place: number, value: number): void {
    const { thresholds, counts } = query.tally;
    const margin = this.#margin * (query.square + this.#space.squares[place]!);
    const low = firstFrom(thresholds, value - margin);
    const clear = low === thresholds.length || thresholds[low]! > value + margin;
    counts[clear ? low : this.#before(query, place)]!++;
  }

  /** How many relevant places stand before this one, exactly. */
  #before({ row, relevant }: Query, place: number): number {
    const distance = this.#distance(this.#exact(row, place));
    let [from, to] = [0, relevant.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const one = relevant[middle]!;
      if (one.distance < distance || (one.distance === distance && one.place < place)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #ranksOf(query: Query): readonly number[] {
    const { counts } = query.tally;
    for (const place of query.places.leftOut) counts[this.#before(query, place)]!--;
    let rank = 0;
    return query.relevant.map((_, i) => {
      rank += counts[i]!;
      return rank;
    });
  }

  #distance(square: number): number {
    return Math.fround(this.#root ? Math.sqrt(square) : square);
  }

  /** |a - b|^2 in float64. */
  #exact(row: number, place: number): number {
    const { left, right } = this.#embedded;
    const width = left.dimensions;
    let sum = 0;
    for (let a = row * width, b = this.#gallery[place]! * width, end = a + width; a < end; a++, b++) {
      const gap = left.values[a]! - right.values[b]!;
      sum += gap * gap;
    }
    return sum;
  }
}

/** The first threshold that is at least `value`. */
function firstFrom(thresholds: Float64Array, value: number): number {
  let [from, to] = [0, thresholds.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (thresholds[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function gathered(values: tfc.Tensor2D, hits: Int32Array): Float32Array {
  if (hits.length === 0) return new Float32Array();
  const read = tfc.tidy(() => tfc.gather(values, tfc.tensor1d(hits, 'int32'))); // [hits, 64]
  const held = read.dataSync<'float32'>();
  read.dispose();
  return held;
}
