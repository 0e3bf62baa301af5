import type { Input, Json } from '../../contract/index.js';
import type { InputValues, Side } from '../../data/item-set.js';
import { encodePng } from './png.js';

/** An item as the report shows it: its first image as a picture, what else it is in words. */
export interface ShownItem {
  readonly key: string;
  /** PNG in base64. */
  readonly image: string | null;
  /** `field: value` of all that is no image. */
  readonly words: string;
}

interface Looking {
  readonly side: Side;
  readonly inputs: readonly Input[];
  /** Fitted fields of the side: texts are read back by their vocabulary. */
  readonly fitted: Json;
}

export function showItem({ side, inputs, fitted }: Looking, row: number): ShownItem {
  const values = side.gather(Int32Array.of(row));
  const image = inputs.find(({ kind, shape }) => kind === 'image' && pixelSize(shape) !== null);
  return {
    key: side.key(row),
    image: image ? picture(image, values[image.name]!) : null,
    words: inputs
      .filter((input) => input !== image)
      .map((input) => wordsOf(input, values, fitted))
      .join('; '),
  };
}

type Size = { readonly height: number; readonly width: number; readonly channels: 1 | 3 | 4 };
function pixelSize(shape: readonly number[]): Size | null {
  const [height, width, channels = 1] = shape;
  if (height === undefined || width === undefined) return null;
  return channels === 1 || channels === 3 || channels === 4 ? { height, width, channels } : null;
}

/** Values of 0..1 and -1..1 keep their brightness; any others are stretched from the least to the greatest. */
function picture({ shape }: Input, values: Float32Array | Int32Array): string {
  const size = pixelSize(shape)!;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low >= 0 && high <= 1) [low, high] = [0, 1];
  else if (low >= -1 && high <= 1) [low, high] = [-1, 1];
  const bytes = Uint8Array.from(values, (value) => Math.round((255 * (value - low)) / (high - low || 1)));
  return Buffer.from(encodePng({ ...size, bytes })).toString('base64');
}

const SHOWN = 6;

function wordsOf({ name, dtype }: Input, all: InputValues, fitted: Json): string {
  const values = Array.from(all[name]!);
  if (dtype === 'int32') return `${name}: ${readBack(values, fieldOf(fitted, name))}`;
  const shown = unscaled(values, fieldOf(fitted, name))
    .slice(0, SHOWN)
    .map((value) => Number(value.toPrecision(3)));
  return `${name}: ${shown.join(', ')}${values.length > SHOWN ? `, … (${values.length} numbers)` : ''}`;
}

/** Standardized numbers as the data has them. */
function unscaled(values: readonly number[], field: Fitted | undefined): readonly number[] {
  if (field?.spec.scale !== 'standardize') return values;
  const { means, deviations } = field.fitted as { readonly means: readonly number[]; readonly deviations: readonly number[] }; // biome-ignore format: one line
  return values.map((value, i) => value * deviations[i % means.length]! + means[i % means.length]!);
}

interface Fitted {
  readonly spec: {
    readonly name: string;
    readonly tokens: string | null;
    readonly scale?: unknown;
    readonly buckets?: number | null;
  };
  readonly fitted: Json;
}

const fieldOf = (fitted: Json, name: string): Fitted | undefined =>
  (fitted as unknown as { readonly fields: readonly Fitted[] }).fields.find(({ spec }) => spec.name === name);

/** 0 is padding at the end, and a token that training has not seen elsewhere. */
function readBack(ids: readonly number[], field: Fitted | undefined): string {
  const vocabulary = (field?.fitted ?? []) as readonly string[];
  const end = ids.findLastIndex((id) => id !== 0);
  if (field?.spec.buckets) return `(${ids.filter((id) => id !== 0).length} hashed tokens)`;
  const tokens = ids.slice(0, end + 1).map((id) => vocabulary[id - 1] ?? '□');
  return tokens.join(field?.spec.tokens === 'words' ? ' ' : '') || '(nothing that training knows)';
}
