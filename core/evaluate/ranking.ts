/**
 * Rows in ascending order of their value, ties by row: a stable radix sort on the bits of the float32, three passes of 11
 * bits. Ranking a gallery for each of its items is what retrieval spends its time on, and this is several times faster
 * than a comparing sort.
 */
export class Ranking {
  readonly #keys: Uint32Array;
  readonly #rows: Uint32Array;
  readonly #moved: Uint32Array;
  readonly #counts = new Uint32Array(2048);
  constructor(size: number) {
    this.#keys = new Uint32Array(size);
    this.#rows = new Uint32Array(size);
    this.#moved = new Uint32Array(size);
  }

  /** The order of `values`; the result is valid until the next call. NaN comes last. */
  order(values: Float32Array): Uint32Array {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    // Sign flipped for positive numbers, all bits for negative ones: then unsigned order is numeric order.
    for (let i = 0; i < values.length; i++) {
      const word = bits[i]!;
      this.#keys[i] = word >>> 31 ? ~word : word | 0x80000000;
      this.#rows[i] = i;
    }
    let [from, to] = [this.#rows, this.#moved];
    for (const shift of [0, 11, 22]) {
      this.#pass(from, to, shift);
      [from, to] = [to, from];
    }
    return from;
  }

  #pass(from: Uint32Array, to: Uint32Array, shift: number): void {
    const counts = this.#counts.fill(0);
    const keys = this.#keys;
    const size = keys.length;
    for (let i = 0; i < size; i++) counts[(keys[i]! >>> shift) & 2047]!++;
    let sum = 0;
    for (let digit = 0; digit < 2048; digit++) {
      const count = counts[digit]!;
      counts[digit] = sum;
      sum += count;
    }
    for (let i = 0; i < size; i++) {
      const row = from[i]!;
      const digit = (keys[row]! >>> shift) & 2047;
      to[counts[digit]!++] = row;
    }
  }
}
