/** Three digits of 11 bits make the 32 bits of a float32. */
const DIGITS = [0, 11, 22] as const;
const RADIX = 2048;

/**
 * Rows in ascending order of their value, ties by row: a stable radix sort on the bits of the float32. Ranking a
 * gallery for each of its items is what retrieval spends its time on, and this is several times faster than a comparing
 * sort.
 */
export class Ranking {
  readonly #keys: Uint32Array;
  readonly #first: Uint32Array;
  readonly #second: Uint32Array;
  readonly #counts = DIGITS.map(() => new Uint32Array(RADIX));
  constructor(size: number) {
    this.#keys = new Uint32Array(size);
    this.#first = new Uint32Array(size);
    this.#second = new Uint32Array(size);
  }

  /** The order of as many `values` as the ranking has places; valid until the next call. -0 is 0, NaN comes last. */
  order(values: Float32Array): Uint32Array {
    const size = this.#keys.length;
    if (values.length !== size) throw new Error(`a ranking of ${size} places was given ${values.length} values`);
    this.#count(new Uint32Array(values.buffer, values.byteOffset, size));
    let [from, to] = [this.#first, this.#second];
    for (let row = 0; row < size; row++) from[row] = row;
    for (const [digit, shift] of DIGITS.entries()) {
      if (this.#move(from, to, { counts: this.#counts[digit]!, shift })) [from, to] = [to, from];
    }
    return from;
  }

  /** Keys whose unsigned order is the order of the values, and how often each digit occurs. */
  #count(bits: Uint32Array): void {
    const [low, middle, high] = this.#counts as [Uint32Array, Uint32Array, Uint32Array];
    for (const counts of this.#counts) counts.fill(0);
    for (let row = 0; row < bits.length; row++) {
      const key = keyOf(bits[row]!);
      this.#keys[row] = key;
      low[key & 2047]!++;
      middle[(key >>> 11) & 2047]!++;
      high[key >>> 22]!++;
    }
  }

  /** Moves the rows by one digit; false, and nothing moved, where all have the same one. */
  #move(from: Uint32Array, to: Uint32Array, by: { readonly counts: Uint32Array; readonly shift: number }): boolean {
    const { counts, shift } = by;
    const keys = this.#keys;
    if (counts[(keys[0]! >>> shift) & 2047] === keys.length) return false;
    let before = 0;
    for (let digit = 0; digit < RADIX; digit++) {
      const count = counts[digit]!;
      counts[digit] = before;
      before += count;
    }
    for (let place = 0; place < from.length; place++) {
      const row = from[place]!;
      const digit = (keys[row]! >>> shift) & 2047;
      to[counts[digit]!++] = row;
    }
    return true;
  }
}

/** Sign flipped for positive numbers, all bits for negative ones: then unsigned order is numeric order. */
function keyOf(bits: number): number {
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return 0xffffffff; // NaN, of either sign
  if (size === 0) return 0x80000000; // 0 and -0
  return (bits >>> 31 === 1 ? ~bits : bits | 0x80000000) >>> 0;
}
