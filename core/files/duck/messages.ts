/** What is said between siamese and the process in which DuckDB reads. */

/** Numbers, or lists of numbers, of some rows: FLOAT as float32, DOUBLE as float64. */
type Floats = Float32Array | Float64Array;

/** Some rows of a column. */
export type DuckColumn =
  /** `isNull`: 1 where a row has no number; null where all have one. */
  | { readonly kind: 'numbers'; readonly values: Floats; readonly isNull: Uint8Array | null }
  /** Row i has `values` from `offsets[i]` to `offsets[i + 1]`: none where it has no list. A list's null is NaN. */
  | { readonly kind: 'lists'; readonly values: Floats; readonly offsets: Int32Array }
  /** Of any other type, as JavaScript has them: strings, numbers, integers as BigInt, truth values, null. */
  | { readonly kind: 'values'; readonly values: readonly unknown[] };

/** Some rows that follow each other. */
export interface DuckChunk {
  readonly rowCount: number;
  readonly columns: readonly DuckColumn[];
}

/** `more`: a chunk of the query was taken, so that another one may be sent. */
export type ToDuck =
  | { readonly kind: 'open'; readonly paths: readonly string[] }
  | { readonly kind: 'query'; readonly query: number; readonly sql: string }
  | { readonly kind: 'more' | 'end'; readonly query: number };

/** `absent`: the package cannot be loaded, and why. `failed`: what DuckDB says of a query. */
export type FromDuck =
  | { readonly kind: 'opened' }
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'chunk'; readonly query: number; readonly chunk: DuckChunk }
  | { readonly kind: 'done'; readonly query: number }
  | { readonly kind: 'failed'; readonly query: number; readonly message: string };

/** Chunks of a query that may be under way. */
export const AHEAD = 2;
