import { CHUNK, chunkCounterCode, SLACK } from './chunk-counter-code.js';
import { type Desk, FOUND, FOUR, type Side, type Slot } from './count-desk.js';
import { type Count, WebAssembly } from './wasm.js';

/** A value that may be on either side of a threshold: its query, its place among all values, the number of the threshold. */
export interface Unclear {
  readonly query: number;
  readonly value: number;
  readonly threshold: number;
}

/**
 * Counts values before thresholds, for many queries, exactly where they differ by more than a margin, by vector instructions:
 * about 0.2 ns a value and threshold, where JavaScript takes several. The same on every machine: it compares and counts.
 */
export class ChunkCounter {
  readonly #desk: Desk;
  readonly #side: Side;
  readonly #count: Count;
  readonly #floats: Float32Array;
  private constructor(code: Uint8Array, desk: Desk, side: Side) {
    const { memory } = desk;
    this.#desk = desk;
    this.#side = side;
    this.#count = new WebAssembly.Instance(new WebAssembly.Module(code), { host: { memory } }).exports.count;
    this.#floats = new Float32Array(memory.buffer);
  }

  /** null where WebAssembly has no vectors here. `side`: to which it counts. */
  static open(desk: Desk, side: Side): ChunkCounter | null {
    const code = chunkCounterCode();
    return WebAssembly.validate(code) ? new ChunkCounter(code, desk, side) : null;
  }

  /** Counts what is clearly below each threshold; calls for what may be. */
  add(slot: Slot, unclear: (one: Unclear) => void): void {
    const { begins, thresholds } = this.#desk;
    const { lanes } = this.#side;
    const queries = slot.queries[0]!;
    for (let query = 0, chunk = 0; query < queries; ) {
      const first = { query, chunk };
      const runs: number[] = [];
      for (let most = 0; query < queries; query++) {
        const [begin, end] = [begins[query]!, begins[query + 1]!];
        const more = slot.perQuery[query]! * (CHUNK / 4) * (end - begin);
        if (runs.length > 0 && most + more > FOUND) break;
        most += more;
        chunk += slot.perQuery[query]!;
        if (more === 0) continue;
        runs.push(slot.values.byteOffset + 4 * CHUNK * chunk);
        runs.push(thresholds.byteOffset + 4 * begin, thresholds.byteOffset + 4 * end);
        runs.push(lanes.byteOffset + 4 * FOUR * begin);
      }
      if (runs.length > 0) this.#look(this.#run(runs, slot, first.chunk), { slot, query: first.query, unclear });
    }
  }

  /** Addresses of four values and of a threshold, as they were found. */
  #run(numbers: readonly number[], { values, margins }: Slot, firstChunk: number): Int32Array {
    const { runs, found } = this.#side;
    runs.set(numbers);
    const [from, to] = [runs.byteOffset, runs.byteOffset + 4 * numbers.length];
    const valuesAt = values.byteOffset + 4 * CHUNK * firstChunk;
    const end = this.#count(valuesAt, margins.byteOffset + 4 * firstChunk, from, to, found.byteOffset);
    return found.subarray(0, (end - found.byteOffset) / 4);
  }

  #look(
    found: Int32Array,
    how: { readonly query: number; readonly slot: Slot; readonly unclear: (one: Unclear) => void },
  ): void {
    const floats = this.#floats;
    const { begins, thresholds } = this.#desk;
    const [values, first] = [how.slot.values.byteOffset >> 2, thresholds.byteOffset >> 2];
    for (let i = 0, query = how.query; i < found.length; i += 2) {
      const [from, at] = [found[i]! >> 2, (found[i + 1]! >> 2) - first];
      while (at >= begins[query + 1]!) query++;
      const [low, high] = around(thresholds[at]!, how.slot.margins[Math.floor((from - values) / CHUNK)]!);
      for (let place = from; place < from + FOUR; place++) {
        const value = floats[place]!;
        if (value >= low && value <= high)
          how.unclear({ query, value: place - values, threshold: at - begins[query]! });
      }
    }
  }
}

/** As the function computes it, in float32. */
function around(threshold: number, margin: number): readonly [low: number, high: number] {
  const both = Math.fround(Math.fround(threshold * SLACK) + margin);
  return [Math.fround(threshold - both), Math.fround(threshold + both)];
}
