/** Plain values that travel between plugins, checkpoints and files. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** What a checkpoint holds for a plugin: JSON, and arrays that go to safetensors. */
export type Arrays = Readonly<Record<string, Int32Array | Float32Array | Uint8Array>>;
export interface State {
  readonly json?: Json;
  readonly arrays?: Arrays;
}
export type Range = readonly [low: number, high: number];
/** Sizes without the batch. */
export type Shape = readonly number[];
