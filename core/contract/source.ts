/**
 * What a source is: it describes data by headers and counts, and then reads it.
 * @module source
 */
import type { Json, Shape } from './data.js';
import type { FieldKind } from './encoder.js';
import type { PairTable, Relation, TripletTable } from './sampler.js';

/**
 * The only door to files: resolves relative paths and `package:NAME/file`, refuses what --untrusted forbids, records
 * content hashes for the ledger.
 */
export interface Files {
  /** Absolute path of a file that a recipe names. Errors: DATA_MISSING where a package is not installed. */
  resolve(path: string): string;
  /** Opens a file for reading. Errors: DATA_MISSING. */
  open(path: string): Promise<FileView>;
  /** Files in the order of their code units; of a pattern that ends with `/`, folders. */
  glob(pattern: string): Promise<readonly string[]>;
  /** Aborted: reading is to end soon. */
  readonly signal: AbortSignal;
}
/** A file that is open. */
export interface FileView {
  /** Absolute path. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** So many bytes from there; fewer at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Its lines of text from a byte on; `next` is where the line after begins. */
  lines(from: number): AsyncIterable<{ readonly text: string; readonly next: number }>;
  /** Gives the file back. */
  close(): Promise<void>;
}

/** What is known of a column before its values are read. */
export interface Column {
  /** What its values are. */
  readonly kind: FieldKind;
  /** Shape of one value; null: a scalar or text. */
  readonly shape: Shape | null;
  /** Whether values may be missing. */
  readonly nullable: boolean;
  /** false: it says what an item is (its group, its session); the network sees it only where a field names it. */
  readonly input?: false;
}
/** size null: not known before reading. */
export interface Side {
  /** Items. */
  readonly size: number | null;
  /** Columns by name. */
  readonly columns: Readonly<Record<string, Column>>;
}
/** The parts that data is divided into. */
export type Part3 = 'train' | 'validation' | 'test';
/** In the order of `given`'s codes: 0, 1, 2. */
export const parts: readonly Part3[] = Object.freeze(['train', 'validation', 'test'] as const);

/** What a source knows from headers and counts alone: enough for a plan. */
export interface DataDescription {
  /** One table of items, or two when left and right differ in kind. */
  readonly sides: { readonly items: Side } | { readonly left: Side; readonly right: Side };
  /** How items are told to belong together. */
  readonly relation: Relation;
  /** `random`: any row at any time. `stream`: in order only, and possibly larger than memory. */
  readonly access: 'random' | 'stream';
  /** Number of given pairs or triplets, or of groups; null: not known before reading. */
  readonly relations: number | null;
  /** What the given pairs' targets are; absent: there are no given pairs. */
  readonly targets?: 'binary' | 'graded' | 'real' | 'positives-only';
  /** Graded targets: where pairs are counted, one at or above this is the same. On the scale 0..1; absent: 0.5. */
  readonly positiveFrom?: number;
  /** Names of what is known of each given pair or triplet beside its items; absent: not told by headers. */
  readonly pairColumns?: readonly string[];
  /** Parts that the data brings by itself, and their sizes where headers tell. */
  readonly parts?: readonly Part3[];
}

/**
 * Values of one column: fixed-size ones stand one after another in one array; texts and encoded images are a list.
 * null: missing.
 */
export type Cells =
  | Float32Array
  | Int32Array
  | Uint8Array
  | readonly (string | null)[]
  | readonly (Uint8Array | null)[];
/** Values by column. */
export type Cols = Readonly<Record<string, Cells>>;

/** Items, readable by row. */
export interface Table {
  /** Rows. */
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
  /** First step of each item in its sequence. */
  readonly start: Int32Array;
  /** Steps of the sequence in one item. */
  readonly length: number;
  /** Column that tells the sequences apart, for messages. */
  readonly by: string | null;
}

/** Data of which any row can be read at any time. */
export interface RandomAccessData {
  /** As declared. */
  readonly access: 'random';
  /** One table of items, or two of different fields. */
  readonly tables: { readonly items: Table } | { readonly left: Table; readonly right: Table };
  /** Group of each item, -1 = none; null where the data has no groups. */
  readonly groups: Int32Array | null;
  /** Name of each group, by its code. */
  readonly groupNames: readonly string[] | null;
  /** Given pairs; null where there are none. */
  readonly pairs: PairTable | null;
  /** Given triplets; null where there are none. */
  readonly triplets: TripletTable | null;
  /** What is known of each given pair or triplet beside its items: a date, a part. For splits that name a column. */
  readonly pairColumns?: Cols;
  /** Where a given pair or triplet stands, for messages. */
  readonly pairWhere?: (row: number) => { readonly file: string; readonly line?: number };
  /** Part of each item or pair that the source brings: 0 train, 1 validation, 2 test; null where it brings none. */
  readonly given: Uint8Array | null;
  /** Absent: no item shares content with another. A split that parts two that do is refused. */
  readonly overlaps?: Overlaps;
  /** Gives back what is open. */
  close(): Promise<void>;
}

/** Rows of a stream, read together. */
export interface Chunk {
  /** A stable key of each row, for the ledger and hash splits. */
  readonly keys: readonly string[];
  /** Values of the rows (where pairs are given: of their left items). */
  readonly columns: Cols;
  /** Group of each item, null = none. */
  readonly groups: readonly (string | null)[] | null;
  /** Where pairs are given: their right items and targets; target null: all are the same. */
  readonly pairs: { readonly right: Cols; readonly target: Float32Array | null } | null;
  /** Where the next chunk begins. */
  readonly position: Json;
}
/**
 * Data that is read anew in every epoch: what it gives follows from the options and the files. A run opens it once more in a
 * thread of its own, to read ahead; where opening it there fails, it is read between the steps.
 */
export interface StreamData {
  /** As declared. */
  readonly access: 'stream';
  /** The chunks from a position on (null: from the beginning); of `count` shards, this one alone. */
  chunks(from: Json | null, shard: { readonly index: number; readonly count: number }): AsyncIterable<Chunk>;
  /** Gives back what is open. */
  close(): Promise<void>;
}

/** What a source says of itself beside its options. */
export interface SourceDeclarations {
  /** How its data can be read; `either`: an option decides. */
  readonly access: 'random' | 'stream' | 'either';
  /** Which relations its data may have. */
  readonly relations: readonly Relation[];
}
/** What a field of images asks of the source that decodes them; null: as the images are. */
export interface ImageWish {
  /** The field's name. */
  readonly field: string;
  /** The columns that it names; null: one of its own name. */
  readonly columns: readonly string[] | null;
  /** Pixels to scale to. */
  readonly size: readonly [height: number, width: number] | null;
  /** 1 (grey) or 3 (colours). */
  readonly channels: number | null;
}
/** What a source's `create` gets beside its options. */
export interface SourceContext {
  /** One for each field of images in the recipe. */
  readonly images: readonly ImageWish[];
}
/** What the factory of a source returns. */
export interface SourceInstance {
  /** Headers and counts only: fast, for validate and plan. */
  describe(files: Files): Promise<DataDescription>;
  /** `wanted`: the columns that will be read; a source may leave out the others. null, or absent: all. */
  open(files: Files, wanted?: ReadonlySet<string> | null): Promise<RandomAccessData | StreamData>;
}
