import * as tfc from '@tensorflow/tfjs-core';
import type { Euclidean } from '../contract/index.js';
import { readInto } from '../engine/read-into.js';
import type { AskedPlaces } from './asking.js';
import { CHUNK } from './chunk-counter-code.js';
import { PLACES, QUERIES } from './count-desk.js';
import type { EmbeddedItems } from './embed.js';
import { type CountingThread, SharedCounter } from './shared-counter.js';
import {
  askingTensor,
  centre,
  closeSquaredSpace,
  LARGEST,
  marginOf,
  openSquaredSpace,
  type SquaredSpace,
} from './squared-space.js';
import { ExactDistances, isBefore, type MeasuredPlace, measuredVectors } from './squares.js';
import { copiesOf } from './vector-copies.js';

/** A square below this share of |p|^2 + |q|^2 has lost digits in the product. */
const CANCELS = 1 / 4;
/** Where more than this share of the chunks must be read, all are; and it is asked anew which at every so many parts. */
const [MOST, ASKED_ANEW] = [1 / 2, 8];

/** The numbers of all chunks that a part may have. */
const all = Int32Array.from({ length: (QUERIES * PLACES) / CHUNK }, (_, i) => i);

/** One query while it is looked at. */
interface Query {
  readonly row: number;
  /** |p|^2 */
  readonly square: number;
  readonly places: AskedPlaces;
  /** Of the relevant places, the nearest first, and their squares. */
  readonly relevant: readonly MeasuredPlace[];
  readonly thresholds: Float32Array;
  /** The greatest of them. */
  readonly farthest: number;
  /** Places before each that were not told by their values alone. */
  readonly unclear: Uint32Array;
}

/** Chunks of squares of one part that are read, in the order of queries and places: the number of each, query by query. */
interface Hits {
  readonly chosen: Int32Array;
  readonly areAll: boolean;
}

/**
 * Ranks of a few relevant items in a euclidean gallery, exactly, at little more than the price of one product of matrices:
 * squared distances come from the product, and are read only where a chunk of 64 has one that is not clearly farther than
 * all relevant items. Of these nearly all are clearly nearer or farther than each of them; the others are computed in
 * float64. The order is that of the distances in float32, ties by place.
 */
export class SquareRanks {
  readonly #embedded: EmbeddedItems;
  readonly #gallery: Int32Array;
  readonly #space: SquaredSpace;
  readonly #counter: SharedCounter;
  readonly #exact: ExactDistances;
  readonly #margin: number;
  #copiesHeld: ReturnType<typeof copiesOf> | null = null;
  private constructor(
    embedded: EmbeddedItems,
    gallery: Int32Array,
    how: { readonly space: SquaredSpace; readonly counter: SharedCounter; readonly kind: Euclidean },
  ) {
    this.#embedded = embedded;
    this.#gallery = gallery;
    this.#space = how.space;
    this.#counter = how.counter;
    this.#exact = new ExactDistances(embedded, gallery, how.kind);
    this.#margin = marginOf(embedded.right.dimensions);
  }

  /** null where the numbers are such that it cannot be. `thread`: counts as well. */
  static open(
    embedded: EmbeddedItems,
    gallery: Int32Array,
    { kind, thread = null }: { readonly kind: Euclidean; readonly thread?: CountingThread | null },
  ): SquareRanks | null {
    const counter = SharedCounter.open(thread);
    const measured = measuredVectors(embedded, kind);
    const space = counter && openSquaredSpace(measured.right, gallery);
    return space && new SquareRanks(measured, gallery, { space, counter, kind });
  }

  dispose(): void {
    closeSquaredSpace(this.#space);
  }

  get #copies(): ReturnType<typeof copiesOf> {
    this.#copiesHeld ??= copiesOf(this.#embedded.right, this.#gallery);
    return this.#copiesHeld;
  }

  /** For every query the ranks of its relevant places, of which there is at least one; null where a number is too large. */
  ranks(rows: Int32Array, places: readonly AskedPlaces[]): (readonly number[])[] | null {
    if (this.#copies.length === this.#gallery.length - 1) return places.map(ranksInOnePlace);
    const found: (readonly number[])[] = [];
    for (let start = 0; start < rows.length; start += QUERIES) {
      const now = rows.subarray(start, start + QUERIES);
      const centred = centre(this.#embedded.left, now, this.#space.origin);
      if (!centred.squares.every((square) => square <= LARGEST)) return null;
      const queries = Array.from(now, (row, i) => this.#begin(row, centred.squares[i]!, places[start + i]!));
      const asking = askingTensor(centred, this.#embedded.left.dimensions); // [queries, dimensions + 2]
      this.#counter.begin(queries.map(({ thresholds }) => thresholds));
      let [isMost, asked] = [false, 0];
      for (const part of this.#space.parts) {
        const whole = isMost && asked++ % ASKED_ANEW !== 0;
        const hits = this.#read(queries, asking, { ...part, whole });
        isMost = hits.areAll;
        this.#count(queries, hits, part);
      }
      asking.dispose();
      queries.forEach((query, q) => {
        found.push(this.#ranksOf(query, this.#counter.counts(q)));
      });
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
      values[i] = this.#exact.distance(whole ? value : this.#exact.square(row, start + i));
    }
  }

  #begin(row: number, square: number, places: AskedPlaces): Query {
    const relevant = this.#exact.ordered(row, places.relevant);
    const thresholds = Float32Array.from(relevant, (one) => one.square);
    const unclear = new Uint32Array(relevant.length);
    return { row, square, places, relevant, thresholds, unclear, farthest: Math.max(...thresholds) };
  }

  /** Reads those chunks that may hold something nearer than the farthest relevant item, or, where these are many, all. */
  #read(
    queries: readonly Query[],
    asking: tfc.Tensor2D,
    { start, width, tensor, whole }: SquaredSpace['parts'][number] & { readonly whole: boolean },
  ): Hits {
    const chunks = width / CHUNK;
    const squares = tfc.tidy(() =>
      tfc.reshape(tfc.matMul(asking, tensor, false, true), [queries.length * chunks, CHUNK]),
    ) as tfc.Tensor2D; // [queries * chunks, 64]
    const hits = whole ? null : this.#hits(queries, leastOf(squares), { first: start / CHUNK, chunks });
    const { values } = this.#counter.slot;
    if (hits) readSome(squares, hits, values);
    else readInto(squares, values);
    squares.dispose();
    return { chosen: hits ?? all.subarray(0, queries.length * chunks), areAll: !hits };
  }

  /** null: most of them. */
  #hits(
    queries: readonly Query[],
    least: Float32Array,
    { first, chunks }: { readonly first: number; readonly chunks: number },
  ): Int32Array | null {
    const hits = new Int32Array(least.length);
    let count = 0;
    queries.forEach((query, q) => {
      for (let chunk = 0, i = q * chunks; chunk < chunks; chunk++, i++) {
        if (least[i]! <= query.farthest + this.#marginOf(query, first + chunk)) hits[count++] = i;
      }
    });
    return count > MOST * hits.length ? null : hits.subarray(0, count);
  }

  /** How far off the squares of a chunk may be. */
  #marginOf({ square }: Query, chunk: number): number {
    return this.#margin * (square + this.#space.chunkSquares[chunk]!);
  }

  #count(
    queries: readonly Query[],
    { chosen }: Hits,
    { start, width }: Pick<SquaredSpace['parts'][number], 'start' | 'width'>,
  ): void {
    const chunks = width / CHUNK;
    const { slot } = this.#counter;
    for (let q = 0, i = 0; q < queries.length; q++) {
      const from = i;
      for (const end = (q + 1) * chunks; i < chosen.length && chosen[i]! < end; i++) {
        slot.margins[i] = this.#marginOf(queries[q]!, start / CHUNK + chosen[i]! - q * chunks);
      }
      slot.perQuery[q] = i - from;
    }
    slot.queries[0] = queries.length;
    this.#counter.add(({ query, value, threshold }) => {
      const { row, relevant, unclear } = queries[query]!;
      const place = start + (chosen[Math.floor(value / CHUNK)]! - query * chunks) * CHUNK + (value % CHUNK);
      if (place < this.#gallery.length && isBefore(this.#exact.at(row, place), relevant[threshold]!))
        unclear[threshold]!++;
    });
  }

  #ranksOf({ row, places, relevant, unclear }: Query, counts: Uint32Array): readonly number[] {
    const leftOut = this.#exact.ordered(row, places.leftOut);
    return relevant.map((one, i) => {
      const without = leftOut.filter((other) => isBefore(other, one)).length;
      return counts[i]! + unclear[i]! - without + 1;
    });
  }
}

/** Where all of the gallery has one vector: only the place is left to tell by. */
function ranksInOnePlace({ relevant, leftOut }: AskedPlaces): readonly number[] {
  const ascending = Int32Array.from(relevant).sort();
  return Array.from(ascending, (place) => place - leftOut.filter((other) => other < place).length + 1);
}

/** [chunks, 64] -> [chunks] */
function leastOf(squares: tfc.Tensor2D): Float32Array {
  const least = tfc.min(squares, 1); // [chunks]
  const held = least.dataSync<'float32'>();
  least.dispose();
  return held;
}

function readSome(squares: tfc.Tensor2D, hits: Int32Array, values: Float32Array): void {
  if (hits.length === 0) return;
  const read = tfc.tidy(() => tfc.gather(squares, tfc.tensor1d(hits, 'int32'))); // [hits, 64]
  readInto(read, values);
  read.dispose();
}
