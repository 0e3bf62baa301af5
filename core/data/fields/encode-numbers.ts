import { fail } from '../../problem/index.js';
import type { Scaling } from './gather.js';
import { joinNumbers } from './join.js';
import { type FieldSpec, type Incoming, widthOf } from './spec.js';

export interface Encoding {
  /** null: values stay as they are. */
  readonly scaling: Scaling | null;
  /** What stands in for a missing value under `missing: mean`. */
  readonly means: readonly number[];
}

/**
 * Numbers in the form that is stored: bytes as they came, anything else as float32, missing values filled, then scaled.
 * Errors: DATA_VALUE at the first value that is missing (`missing: error`), infinite, or outside 0..255 where `scale` maps
 * that range.
 */
export function encodeNumbers(
  spec: FieldSpec,
  { cols, count, where }: Incoming,
  encoding: Encoding,
): Float32Array | Uint8Array {
  const joined = joinNumbers(spec, cols, count);
  if (joined instanceof Uint8Array) return joined;
  const odd = firstUnusable(spec, joined);
  if (odd >= 0) failValue(spec, { value: joined[odd]!, index: odd, where });
  const mustFill = spec.missing !== 'error' && joined.some(Number.isNaN);
  if (encoding.scaling === null && !mustFill && joined instanceof Float32Array) return joined;
  return transform(spec, joined, encoding);
}

/** Index of the first value that cannot be used, or -1. */
function firstUnusable({ missing, scale }: FieldSpec, values: Float32Array | Int32Array): number {
  const [low, high] = Array.isArray(scale) ? [0, 255] : [-Number.MAX_VALUE, Number.MAX_VALUE];
  const gaps = missing !== 'error';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= low && value <= high) && !(gaps && Number.isNaN(value))) return i;
  }
  return -1;
}

/** `zero` and `mean` are meant before scaling: in the units of the column. */
function transform(spec: FieldSpec, values: Float32Array | Int32Array, { scaling, means }: Encoding): Float32Array {
  const places = Math.max(means.length, scaling?.centers.length ?? 1);
  const perPlace = (one: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: places }, (_, i) => one[i % one.length]!);
  const fills = perPlace(spec.missing === 'mean' ? means : [0]);
  const centers = perPlace(scaling?.centers ?? [0]);
  const factors = perPlace(scaling?.factors ?? [1]);
  const result = new Float32Array(values.length);
  for (let i = 0, place = 0; i < values.length; i++, place++) {
    if (place === places) place = 0;
    const value = Number.isNaN(values[i]!) ? fills[place]! : values[i]!;
    result[i] = (value - centers[place]!) * factors[place]!;
  }
  return result;
}

function failValue(
  spec: FieldSpec,
  at: { readonly value: number; readonly index: number; readonly where: (row: number) => string },
): never {
  const width = widthOf(spec.shape);
  const column = columnAt(spec, at.index % width);
  const place = at.where(Math.floor(at.index / width));
  if (Number.isNaN(at.value)) {
    const message = `column "${column}" has no value at ${place}: give it one, or say \`missing: zero\` or \`mean\` for the field "${spec.name}"`;
    return fail('DATA_VALUE', message);
  }
  if (Number.isFinite(at.value)) {
    return fail('DATA_VALUE', `column "${column}" has ${at.value} at ${place}: \`scale\` maps values from 0 to 255`);
  }
  return fail('DATA_VALUE', `column "${column}" has ${at.value} at ${place}: values must be finite`);
}

function columnAt({ columns }: FieldSpec, place: number): string {
  let rest = place;
  for (const { name, width } of columns) {
    if (rest < width) return name;
    rest -= width;
  }
  throw new Error(`no column at place ${place}`);
}
