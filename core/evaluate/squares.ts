import type { Euclidean } from '../contract/index.js';
import type { EmbeddedItems, Vectors } from './embed.js';

/** What the distance is the euclidean one of: the vectors, or their directions. A zero vector has none: NaN. */
export function measuredVectors({ left, right }: EmbeddedItems, kind: Euclidean): EmbeddedItems {
  if (kind !== 'cosine') return { left, right };
  const directions = directionsOf(right);
  return { left: left === right ? directions : directionsOf(left), right: directions };
}

function directionsOf({ values, size, dimensions }: Vectors): Vectors {
  const directions = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += dimensions) {
    let square = 0;
    for (let i = start; i < start + dimensions; i++) square += values[i]! ** 2;
    const length = Math.sqrt(square);
    for (let i = start; i < start + dimensions; i++) directions[i] = values[i]! / length;
  }
  return { values: directions, size, dimensions };
}

/** A place of the gallery, and how far it is from a query. */
export interface MeasuredPlace {
  readonly place: number;
  readonly distance: number;
  /** |a - b|^2 */
  readonly square: number;
}

/** Distances in float64, rounded to float32: the order of a gallery is theirs, ties by place. */
export class ExactDistances {
  readonly #embedded: EmbeddedItems;
  readonly #gallery: Int32Array;
  readonly #kind: Euclidean;
  constructor(embedded: EmbeddedItems, gallery: Int32Array, kind: Euclidean) {
    this.#embedded = embedded;
    this.#gallery = gallery;
    this.#kind = kind;
  }

  /** The nearest first. */
  ordered(row: number, places: readonly number[]): readonly MeasuredPlace[] {
    return places.map((place) => this.at(row, place)).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  at(row: number, place: number): MeasuredPlace {
    const square = this.square(row, place);
    return { place, square, distance: this.distance(square) };
  }

  distance(square: number): number {
    if (this.#kind === 'root') return Math.fround(Math.sqrt(square));
    return Math.fround(this.#kind === 'square' ? square : square / 2);
  }

  /** |a - b|^2 */
  square(row: number, place: number): number {
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

/** Ties by place. */
export const isBefore = (one: MeasuredPlace, other: MeasuredPlace): boolean =>
  one.distance < other.distance || (one.distance === other.distance && one.place < other.place);
