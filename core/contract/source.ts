import type { Json, Shape } from './data.js';
import type { FieldKind } from './encoder.js';
import type { PairTable, Relation, TripletTable } from './sampler.js';

/**
 * The only door to files: resolves relative paths and `package:NAME/file`, refuses what --untrusted forbids, records
 * content hashes for the ledger.
 */
export interface Files {
  resolve(path: string): string;
  open(path: string): Promise<FileView>;
  /** Files in the order of their code units; of a pattern that ends with `/`, folders. */
  glob(pattern: string): Promise<readonly string[]>;
  readonly signal: AbortSignal;
}
export interface FileView {
  readonly path: string;
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  lines(from: number): AsyncIterable<{ readonly text: string; readonly next: number }>;
  close(): Promise<void>;
}

export interface Column {
  readonly kind: FieldKind;
  /** Shape of one value; null: a scalar or text. */
  readonly shape: Shape | null;
  readonly nullable: boolean;
  /** false: it says what an item is (its group, its session); the network sees it only where a field names it. */
  readonly input?: false;
}
/** size null: not known before reading. */
export interface Side {
  readonly size: number | null;
  readonly columns: Readonly<Record<string, Column>>;
}
export type Part3 = 'train' | 'validation' | 'test';
/** In the order of `given`'s codes: 0, 1, 2. */
export const parts: readonly Part3[] = Object.freeze(['train', 'validation', 'test'] as const);

export interface DataDescription {
  /** One table of items, or two when left and right differ in kind. */
  readonly sides: { readonly items: Side } | { readonly left: Side; readonly right: Side };
  readonly relation: Relation;
  readonly access: 'random' | 'stream';
  /** Number of given pairs or triplets, or of groups; null: not known before reading. */
  readonly relations: number | null;
  readonly targets?: 'binary' | 'graded' | 'real' | 'positives-only';
  /** Graded targets: where pairs are counted, one at or above this is the same. On the scale 0..1; absent: 0.5. */
  readonly positiveFrom?: number;
  /** Names of what is known of each given pair or triplet beside its items; absent: not told by headers. */
  readonly pairColumns?: readonly string[];
  /** Parts that the data brings by itself, and their sizes where headers tell. */
  readonly parts?: readonly Part3[];
}

export type Cells =
  | Float32Array
  | Int32Array
  | Uint8Array
  | readonly (string | null)[]
  | readonly (Uint8Array | null)[];
export type Cols = Readonly<Record<string, Cells>>;

export interface Table {
  readonly size: number;
  /** true: its values are not in memory, and are read best in ascending blocks of rows. */
  readonly onDisk?: boolean;
  /** Stable keys for messages, ledger and hash splits. */
  keys(rows: Int32Array): readonly string[];
  /**
   * Values of the rows, column by column; fixed-size values stand one after another. `only`: the columns that are wanted,
   * where not all are; what is costly to read should then be left out.
   */
  read(rows: Int32Array, only?: readonly string[]): Promise<Cols>;
  /** `row`: where a file has no lines, its number in the file from 0. */
  where(row: number): { readonly file: string; readonly line?: number; readonly row?: number };
}

/** Items cut from one sequence that share parts of it: those of one number whose starts are less than `length` apart. */
export interface Overlaps {
  /** In the order of the items; items of one sequence ascend by their start. */
  readonly sequence: Int32Array;
  readonly start: Int32Array;
  readonly length: number;
  /** Column that tells the sequences apart, for messages. */
  readonly by: string | null;
}

export interface RandomAccessData {
  readonly access: 'random';
  readonly tables: { readonly items: Table } | { readonly left: Table; readonly right: Table };
  /** Group of each item, -1 = none; null where the data has no groups. */
  readonly groups: Int32Array | null;
  readonly groupNames: readonly string[] | null;
  readonly pairs: PairTable | null;
  readonly triplets: TripletTable | null;
  /** What is known of each given pair or triplet beside its items: a date, a part. For splits that name a column. */
  readonly pairColumns?: Cols;
  /** Where a given pair or triplet stands, for messages. */
  readonly pairWhere?: (row: number) => { readonly file: string; readonly line?: number };
  /** Part of each item or pair that the source brings: 0 train, 1 validation, 2 test; null where it brings none. */
  readonly given: Uint8Array | null;
  /** Absent: no item shares content with another. A split that parts two that do is refused. */
  readonly overlaps?: Overlaps;
  close(): Promise<void>;
}

export interface Chunk {
  readonly keys: readonly string[];
  readonly columns: Cols;
  /** Group of each item, null = none. */
  readonly groups: readonly (string | null)[] | null;
  readonly pairs: { readonly right: Cols; readonly target: Float32Array | null } | null;
  /** Where the next chunk begins. */
  readonly position: Json;
}
/**
 * Data that is read anew in every epoch: what it gives follows from the options and the files. A run opens it once more in a
 * thread of its own, to read ahead; where opening it there fails, it is read between the steps.
 */
export interface StreamData {
  readonly access: 'stream';
  chunks(from: Json | null, shard: { readonly index: number; readonly count: number }): AsyncIterable<Chunk>;
  close(): Promise<void>;
}

export interface SourceDeclarations {
  readonly access: 'random' | 'stream' | 'either';
  readonly relations: readonly Relation[];
}
/** What a field of images asks of the source that decodes them; null: as the images are. */
export interface ImageWish {
  readonly field: string;
  /** The columns that it names; null: one of its own name. */
  readonly columns: readonly string[] | null;
  readonly size: readonly [height: number, width: number] | null;
  readonly channels: number | null;
}
/** What a source's `create` gets beside its options. */
export interface SourceContext {
  readonly images: readonly ImageWish[];
}
export interface SourceInstance {
  /** Headers and counts only: fast, for validate and plan. */
  describe(files: Files): Promise<DataDescription>;
  /** `wanted`: the columns that will be read; a source may leave out the others. null, or absent: all. */
  open(files: Files, wanted?: ReadonlySet<string> | null): Promise<RandomAccessData | StreamData>;
}
