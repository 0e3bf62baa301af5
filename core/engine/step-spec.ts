/** What a compiled step is made of. */
import type { Form } from './form.js';
import type { Reference, Trace } from './trace.js';

/** Values that are handed over at each call: those of all its steps, [steps, ...shape]. */
export interface Feed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
}

/** An input whose rows lie in a table inside the program; a call names the rows. */
export interface Gathered {
  readonly input: string;
  /** Number of the table, and the feed of its rows, int32 [rows]. */
  readonly table: number;
  readonly rows: string;
}

export interface FusedWeight {
  readonly op: string;
  readonly attributes: Readonly<Record<string, number | boolean>>;
  /** Numbers of variables. */
  readonly weight: number;
  readonly slots: Readonly<Record<string, number>>;
  readonly gradient: Reference;
  /** Inputs of the trace, float32 []. */
  readonly learningRate: string;
  readonly step: string;
}

/** A step as it was recorded for batches of one form. */
export interface Variant {
  readonly trace: Trace;
  readonly feeds: readonly Feed[];
  readonly gathered: readonly Gathered[];
  readonly fused: readonly FusedWeight[];
  /** Outputs of the trace, float32 [], that a call returns for each of its steps. */
  readonly results: readonly string[];
  /** The most steps of one call. */
  readonly steps: number;
  readonly form: Form;
}

export interface Holder {
  readonly shape: readonly number[];
  readonly type: number;
}

/** A table: float32, int32, or uint8 with a meaning. */
export interface TableHolder extends Holder {
  /** Its values lie there, as bytes of this machine, and are mapped; null: they are handed over once. */
  readonly file: string | null;
  /** A byte stands for (byte - center) * factor, in float64, then float32; of each the shape [] or one that broadcasts. */
  readonly meaning: ByteMeaning | null;
}

export interface ByteMeaning {
  readonly shape: readonly number[];
  readonly centers: Float64Array;
  readonly factors: Float64Array;
}

export interface ProgramSpec {
  /** Weights and slots, as they stand in the traces. */
  readonly variables: readonly Holder[];
  readonly tables: readonly TableHolder[];
  readonly variants: readonly Variant[];
  /** How many towers run side by side: 2 for pairs, 3 for triplets, 1 for labelled batches. */
  readonly passes: number;
  /** Whether it pays that TensorFlow rewrites the graphs. */
  readonly rewrites: boolean;
}
