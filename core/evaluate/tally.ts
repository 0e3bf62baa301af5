/** Bins of equal width by which most values are told between which thresholds they lie: for a few, and for more. */
const [FEW_BINS, BINS, FEW] = [512, 4096, 16];
/** Of a bin that a threshold may lie in. */
const UNKNOWN = -1;

/**
 * For one query: how many values lie before each of its thresholds. Values are known up to a margin only; most lie in a
 * bin that is clear of all thresholds, and are told at once.
 */
export class Tally {
  /** Ascending. */
  readonly thresholds: Float64Array;
  /** [i]: values behind threshold i - 1 and not behind i. */
  readonly counts: Uint32Array;
  /** Values up to this may count. */
  readonly limit: number;
  readonly #codes: Int16Array;
  readonly #scale: number;

  /** `margin`: how far off values may be. */
  constructor(thresholds: Float64Array, margin: number) {
    this.thresholds = thresholds;
    this.counts = new Uint32Array(thresholds.length + 1);
    const farthest = thresholds.at(-1)!;
    this.limit = farthest + margin;
    const bins = thresholds.length <= FEW ? FEW_BINS : BINS;
    this.#codes = new Int16Array(bins).fill(UNKNOWN);
    this.#scale = farthest > 0 ? bins / farthest : 0;
    for (let bin = 0, low = 0, high = 0; bin < bins && this.#scale > 0; bin++) {
      const [from, to] = [bin / this.#scale - margin, (bin + 1) / this.#scale + margin];
      while (low < thresholds.length && thresholds[low]! < from) low++;
      while (high < thresholds.length && thresholds[high]! <= to) high++;
      this.#codes[bin] = low === high ? low : UNKNOWN;
    }
  }

  /** Counts what is clear of all thresholds, and calls for the others. `values`: from `start`, as many as `count`. */
  add(
    values: Float32Array,
    { start, count }: { readonly start: number; readonly count: number },
    unclear: (at: number, value: number) => void,
  ): void {
    const [limit, scale, codes, counts] = [this.limit, this.#scale, this.#codes, this.counts];
    for (let i = 0; i < count; i++) {
      const value = values[start + i]!;
      if (value > limit) continue;
      const bin = (value * scale) | 0;
      const code = bin >= 0 && bin < codes.length ? codes[bin]! : UNKNOWN;
      if (code >= 0) counts[code]!++;
      else unclear(i, value);
    }
  }
}
