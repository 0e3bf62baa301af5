import type { Cols } from '../contract/index.js';
import { joinColumns, selectRows } from './columns.js';

/** Some rows of a stream: what an item set is made of. */
export interface StreamRows {
  readonly count: number;
  readonly keys: readonly string[];
  readonly columns: Cols;
  readonly groups: readonly (string | null)[] | null;
  readonly right: Cols | null;
  readonly target: Float32Array | null;
}

export function selectStreamRows(rows: StreamRows, chosen: readonly number[]): StreamRows {
  return {
    count: chosen.length,
    keys: chosen.map((row) => rows.keys[row]!),
    columns: selectRows(rows.columns, rows.count, chosen),
    groups: rows.groups && chosen.map((row) => rows.groups![row]!),
    right: rows.right && selectRows(rows.right, rows.count, chosen),
    target: rows.target && Float32Array.from(chosen, (row) => rows.target![row]!),
  };
}

export function joinStreamRows(blocks: readonly StreamRows[]): StreamRows {
  if (blocks.length === 1) return blocks[0]!;
  const first = blocks[0]!;
  return {
    count: blocks.reduce((sum, block) => sum + block.count, 0),
    keys: blocks.flatMap((block) => [...block.keys]),
    columns: joinColumns(blocks.map((block) => block.columns)),
    groups: first.groups && blocks.flatMap((block) => [...block.groups!]),
    right: first.right && joinColumns(blocks.map((block) => block.right!)),
    target: first.target && Float32Array.from(blocks.flatMap((block) => [...block.target!])),
  };
}

/**
 * A sample of at most `limit` rows of a stream, the same in whatever order they come: those whose key hashes lowest.
 * Holds fewer than twice as many between two calls.
 */
export class StreamSample {
  #blocks: SampledRows[] = [];
  /** Few rows each, so many that their arrays would weigh more than the rows: joined by 64. */
  #small: SampledRows[] = [];
  #held = 0;
  #ceiling = Infinity;
  readonly #limit: number;
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(rows: StreamRows, hash: (key: string) => number): void {
    const hashes = rows.keys.map(hash);
    const chosen = hashes.flatMap((value, row) => (value < this.#ceiling ? [row] : []));
    if (chosen.length === 0) return;
    this.#small.push({ rows: selectStreamRows(rows, chosen), hashes: chosen.map((row) => hashes[row]!) });
    if (this.#small.length === SMALL_BLOCKS) this.#blocks.push(joinSampled(this.#small.splice(0)));
    this.#held += chosen.length;
    if (this.#held >= 2 * this.#limit) this.#shrink();
  }

  /** How many rows it holds now. */
  get held(): number {
    return this.#held;
  }

  /** The rows, or null when none came. */
  rows(): StreamRows | null {
    if (this.#held === 0) return null;
    this.#shrink();
    return this.#blocks[0]!.rows;
  }

  #shrink(): void {
    const { rows: all, hashes } = joinSampled([...this.#blocks, ...this.#small.splice(0)]);
    const order = hashes.map((_, row) => row).sort((a, b) => hashes[a]! - hashes[b]!);
    const kept = order.slice(0, this.#limit);
    this.#ceiling = order.length > this.#limit ? hashes[order[this.#limit]!]! : this.#ceiling;
    this.#blocks = [{ rows: selectStreamRows(all, kept), hashes: kept.map((row) => hashes[row]!) }];
    this.#held = kept.length;
  }
}

interface SampledRows {
  readonly rows: StreamRows;
  readonly hashes: readonly number[];
}

const SMALL_BLOCKS = 64;

const joinSampled = (blocks: readonly SampledRows[]): SampledRows => ({
  rows: joinStreamRows(blocks.map((block) => block.rows)),
  hashes: blocks.flatMap((block) => [...block.hashes]),
});
