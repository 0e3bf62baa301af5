import { CHUNK, chunkCounterCode, SLACK } from './chunk-counter-code.js';

/** Chunks of values, query after query. */
export interface Chunks {
  readonly values: Float32Array;
  /** How many chunks each query has. */
  readonly perQuery: Int32Array;
  /** Of each chunk: how far off its values may be. */
  readonly margins: Float32Array;
}
/** A value that may be on either side of a threshold: its query, its place among all values, the number of the threshold. */
export interface Unclear {
  readonly query: number;
  readonly value: number;
  readonly threshold: number;
}

/** Counts values before thresholds, for many queries. */
export interface Counter {
  /** Takes the thresholds of queries, at least one each; nothing is counted yet. */
  begin(thresholds: readonly Float32Array[]): void;
  /** Counts what is clearly below each threshold; calls for what may be, until `counts` returns. */
  add(chunks: Chunks, unclear: (one: Unclear) => void): void;
  /** How many values are below each threshold of a query. */
  counts(query: number): Uint32Array;
}

/** What is used of the global of that name, which TypeScript knows of browsers alone. */
interface Wasm {
  readonly Memory: new (size: { readonly initial: number }) => Memory;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly host: { readonly memory: Memory } },
  ) => { readonly exports: { readonly count: Count } };
  validate(code: Uint8Array): boolean;
}
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Wasm };

type Count = (values: number, margins: number, runs: number, runsEnd: number, found: number) => number;
const PAGE = 65536;
/** Lanes in which a threshold is counted; numbers that tell of a run. */
const FOUR = 4;
/** Most that can be found in one call: 16 MiB. */
const FOUND = 2 ** 21;

/** Where in memory chunks stand. */
interface Places {
  readonly runs: number;
  readonly values: number;
  readonly margins: number;
  readonly found: number;
}

/**
 * Counts values before thresholds, for many queries, exactly where they differ by more than a margin, by vector instructions:
 * about 0.2 ns a value and threshold, where JavaScript takes several. The same on every machine: it compares and counts.
 */
export class ChunkCounter implements Counter {
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  readonly #count: Count;
  /** Where the thresholds of each query begin among all, and the end of all. */
  #begins = Int32Array.of(0);
  private constructor(code: Uint8Array) {
    const host = { memory: this.#memory };
    this.#count = new WebAssembly.Instance(new WebAssembly.Module(code), { host }).exports.count;
  }

  /** null where WebAssembly has no vectors here. */
  static open(): ChunkCounter | null {
    const code = chunkCounterCode();
    return WebAssembly.validate(code) ? new ChunkCounter(code) : null;
  }

  begin(thresholds: readonly Float32Array[]): void {
    this.#begins = new Int32Array(thresholds.length + 1);
    thresholds.forEach(({ length }, query) => {
      this.#begins[query + 1] = this.#begins[query]! + length;
    });
    this.#grow(this.#end);
    const held = new Float32Array(this.#memory.buffer, 0, this.#all);
    thresholds.forEach((own, query) => {
      held.set(own, this.#begins[query]!);
    });
    new Int32Array(this.#memory.buffer, 4 * this.#all, FOUR * this.#all).fill(0);
  }

  add(chunks: Chunks, unclear: (one: Unclear) => void): void {
    const places = this.#place(chunks);
    const { perQuery } = chunks;
    for (let query = 0, chunk = 0; query < perQuery.length; ) {
      const first = { query, chunk };
      const runs: number[] = [];
      for (let most = 0; query < perQuery.length; query++) {
        const [begin, end] = [this.#begins[query]!, this.#begins[query + 1]!];
        const more = perQuery[query]! * (CHUNK / 4) * (end - begin);
        if (runs.length > 0 && most + more > FOUND) break;
        most += more;
        chunk += perQuery[query]!;
        if (more > 0) runs.push(places.values + 4 * CHUNK * chunk, 4 * begin, 4 * end, 4 * (this.#all + FOUR * begin));
      }
      if (runs.length > 0) this.#look(this.#run(runs, places, first.chunk), { ...first, places, unclear });
    }
  }

  counts(query: number): Uint32Array {
    const [begin, end] = [this.#begins[query]!, this.#begins[query + 1]!];
    const lanes = new Int32Array(this.#memory.buffer, 4 * (this.#all + FOUR * begin), FOUR * (end - begin));
    return Uint32Array.from({ length: end - begin }, (_, i) =>
      lanes.subarray(FOUR * i, FOUR * (i + 1)).reduce((sum, lane) => sum + lane, 0),
    );
  }

  /** Thresholds of all queries. */
  get #all(): number {
    return this.#begins.at(-1)!;
  }

  /** Of what `begin` takes. */
  get #end(): number {
    return 4 * this.#all * (1 + FOUR);
  }

  #place({ values, perQuery, margins }: Chunks): Places {
    const valuesAt = this.#end + 4 * FOUR * perQuery.length;
    const marginsAt = valuesAt + 4 * values.length;
    const found = marginsAt + 4 * margins.length;
    this.#grow(found);
    new Float32Array(this.#memory.buffer, valuesAt, values.length).set(values);
    new Float32Array(this.#memory.buffer, marginsAt, margins.length).set(margins);
    return { runs: this.#end, values: valuesAt, margins: marginsAt, found };
  }

  /** Addresses of four values and of a threshold, as they were found. */
  #run(runs: readonly number[], places: Places, firstChunk: number): Int32Array {
    this.#grow(places.found + 8 * FOUND);
    new Int32Array(this.#memory.buffer, places.runs, runs.length).set(runs);
    const [values, margins] = [places.values + 4 * CHUNK * firstChunk, places.margins + 4 * firstChunk];
    const end = this.#count(values, margins, places.runs, places.runs + 4 * runs.length, places.found);
    return new Int32Array(this.#memory.buffer, places.found, (end - places.found) / 4);
  }

  #look(
    found: Int32Array,
    how: { readonly query: number; readonly places: Places; readonly unclear: (one: Unclear) => void },
  ): void {
    const floats = new Float32Array(this.#memory.buffer, 0, this.#memory.buffer.byteLength >> 2);
    const [values, margins] = [how.places.values >> 2, how.places.margins >> 2];
    for (let i = 0, query = how.query; i < found.length; i += 2) {
      const [from, at] = [found[i]! >> 2, found[i + 1]! >> 2];
      while (at >= this.#begins[query + 1]!) query++;
      const [low, high] = around(floats[at]!, floats[margins + Math.floor((from - values) / CHUNK)]!);
      for (let place = from; place < from + FOUR; place++) {
        const value = floats[place]!;
        if (value >= low && value <= high)
          how.unclear({ query, value: place - values, threshold: at - this.#begins[query]! });
      }
    }
  }

  #grow(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
  }
}

/** As the function computes it, in float32. */
function around(threshold: number, margin: number): readonly [low: number, high: number] {
  const both = Math.fround(Math.fround(threshold * SLACK) + margin);
  return [Math.fround(threshold - both), Math.fround(threshold + both)];
}
