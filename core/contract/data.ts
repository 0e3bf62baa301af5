/**
 * Plain values that every contract uses.
 * @module data
 */
/** Plain values that travel between plugins, checkpoints and files. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** What a checkpoint holds for a plugin: JSON, and arrays that go to safetensors. */
export type Arrays = Readonly<Record<string, Int32Array | Float32Array | Uint8Array>>;
/** What a plugin carries from one moment of a run to the next, and a checkpoint holds. */
export interface State {
  /** Small things. */
  readonly json?: Json;
  /** Large ones. */
  readonly arrays?: Arrays;
}
/** Smallest and largest value, both included; an end may be infinite. */
export type Range = readonly [low: number, high: number];
/** Sizes without the batch. */
export type Shape = readonly number[];
