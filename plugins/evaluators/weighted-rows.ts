/** Rows of numbers, in one array that grows by doubling, of which means are taken under many weights. */
export class WeightedRows {
  readonly #width: number;
  /** Each row, and behind it 1 where it counts. */
  #values: Float64Array;
  #size = 0;
  constructor(width: number) {
    this.#width = width;
    this.#values = new Float64Array(1024 * (width + 1));
  }

  /** null: a row that never counts. */
  add(row: readonly number[] | null): void {
    const step = this.#width + 1;
    const at = this.#size++ * step;
    if (at + step > this.#values.length) {
      const grown = new Float64Array(2 * this.#values.length);
      grown.set(this.#values);
      this.#values = grown;
    }
    if (row) this.#values.set([...row, 1], at);
  }

  /** Of every column, over the rows that count; NaN where all their weight is 0. `weight`: of each row. */
  means(weight: ArrayLike<number>): Float64Array {
    const [values, width] = [this.#values, this.#width];
    const sums = new Float64Array(width);
    let total = 0;
    for (let row = 0, at = 0; row < this.#size; row++, at += width + 1) {
      const times = weight[row]! * values[at + width]!;
      if (times === 0) continue;
      for (let i = 0; i < width; i++) sums[i] = sums[i]! + times * values[at + i]!;
      total += times;
    }
    return sums.map((sum) => sum / total);
  }
}
