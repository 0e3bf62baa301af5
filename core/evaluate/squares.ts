import type { EmbeddedItems } from './embed.js';

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
  readonly #root: boolean;
  /** `root`: the distance is the root of the square. */
  constructor(embedded: EmbeddedItems, gallery: Int32Array, root: boolean) {
    this.#embedded = embedded;
    this.#gallery = gallery;
    this.#root = root;
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
    return Math.fround(this.#root ? Math.sqrt(square) : square);
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
