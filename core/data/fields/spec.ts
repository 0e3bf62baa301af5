import type { Cols, FieldKind, FieldPlan, Input, Json, Shape } from '../../contract/index.js';
import type { Scaling } from './gather.js';

/** A column that a field is made of. `width`: numbers per item. */
export type FieldColumn = { readonly name: string; readonly width: number };

/** One input of the network, all defaults made: plain data, saved with the model. */
export type FieldSpec = {
  readonly name: string;
  readonly kind: FieldKind;
  readonly columns: readonly FieldColumn[];
  /** Of one item, without the batch: [1] for a number or a category, [length] for text. */
  readonly shape: Shape;
  readonly scale: FieldPlan['scale'];
  readonly missing: FieldPlan['missing'];
  /** Text only. */
  readonly tokens: 'characters' | 'words' | null;
  /** Text and categories: how many ids a hash gives. null: a vocabulary gives them. */
  readonly buckets: number | null;
};

/** Values of one input for all items, in the smallest form: bytes stay bytes until they are gathered. */
export type StoredValues = Float32Array | Int32Array | Uint16Array | Uint8Array;
/** By input name. */
export type Stored = Readonly<Record<string, StoredValues>>;

/** Cells that come in, and where they stand, for messages. */
export interface Incoming {
  readonly cols: Cols;
  readonly count: number;
  readonly where: (row: number) => string;
}

/** A field whose statistics or vocabulary are known. */
export interface FittedField {
  readonly input: Input;
  /** What was learned from the training part. */
  readonly state: Json;
  /** What a byte stands for, where values are stored as bytes. null: ids, which stand for themselves. */
  readonly bytes: Scaling | null;
  encode(incoming: Incoming): StoredValues;
  /** [rows.length, ...shape], one row after another. `into`: filled and returned when it is of the right size. */
  gather(stored: StoredValues, rows: Int32Array, into?: Float32Array | Int32Array): Float32Array | Int32Array;
}

/** Learns a field from the training part, block by block. */
export interface FieldFitter {
  add(cols: Cols): void;
  finish(): FittedField;
}

export const widthOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);
export const isIds = (kind: FieldKind): boolean => kind === 'category' || kind === 'text';
