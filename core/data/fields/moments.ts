/** Mean and deviation of the values in each place, of those that are not missing. */
export class Moments {
  /** Largest value of all. */
  largest = Number.NEGATIVE_INFINITY;
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;

  /** `places`: values with statistics of their own; a value's place is its index modulo `places`. */
  constructor(places: number) {
    this.#counts = new Float64Array(places);
    this.#means = new Float64Array(places);
    this.#squares = new Float64Array(places);
  }

  /** One pass, in double precision. Source: Welford 1962. */
  add(values: ArrayLike<number>): void {
    const places = this.#counts.length;
    for (let i = 0, place = 0; i < values.length; i++, place++) {
      if (place === places) place = 0;
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      if (value > this.largest) this.largest = value;
      const count = ++this.#counts[place]!;
      const from = value - this.#means[place]!;
      this.#means[place]! += from / count;
      this.#squares[place]! += from * (value - this.#means[place]!);
    }
  }

  /** NaN where no value came. */
  means(): number[] {
    return Array.from(this.#means, (mean, place) => (this.#counts[place] === 0 ? Number.NaN : mean));
  }

  /** Of the population (divided by n). 1 where all values are equal, so that they become 0. */
  deviations(): number[] {
    return Array.from(this.#squares, (square, place) => Math.sqrt(square / this.#counts[place]!) || 1);
  }
}
