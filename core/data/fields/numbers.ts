import type { Cols, Json } from '../../contract/index.js';
import { fail } from '../../problem/index.js';
import { encodeNumbers } from './encode-numbers.js';
import { gatherBytes, gatherRows, type Scaling } from './gather.js';
import { countOf, joinNumbers } from './join.js';
import { Moments } from './moments.js';
import { type FieldFitter, type FieldSpec, type FittedField, widthOf } from './spec.js';

/** Per place: the mean, and the deviation, of the training part. Empty where neither is needed. */
type Statistics = { readonly means: readonly number[]; readonly deviations: readonly number[] };

/** Values of one channel share their statistics; a vector has some for each value. */
const placesOf = ({ kind, shape }: FieldSpec): number =>
  kind === 'image' || kind === 'sequence' ? shape.at(-1)! : widthOf(shape);

export const needsStatistics = ({ scale, missing }: FieldSpec): boolean =>
  missing === 'mean' || (scale !== null && scale !== 'none');

/** Learns a field of numbers: mean and deviation, where scaling or missing values ask for them. */
export function fitNumbers(spec: FieldSpec): FieldFitter {
  const moments = new Moments(placesOf(spec));
  let bytes = true;
  return {
    add(cols: Cols) {
      if (!needsStatistics(spec)) return;
      const values = joinNumbers(spec, cols, countOf(spec, cols));
      bytes &&= values instanceof Uint8Array;
      if (needsMeans(spec) || !(values instanceof Uint8Array)) moments.add(values);
    },
    finish() {
      if (Array.isArray(spec.scale) && !bytes && Math.abs(moments.largest) <= 1) {
        const message = `field "${spec.name}": \`scale\` maps 0..255 to [${spec.scale.join(', ')}], but no value is above ${moments.largest}: use scale none or standardize`;
        fail('FIELD', message, { path: `data.fields.${spec.name}.scale` });
      }
      const statistics = needsMeans(spec)
        ? { means: moments.means(), deviations: moments.deviations() }
        : { means: [], deviations: [] };
      const empty = statistics.means.findIndex(Number.isNaN);
      if (empty >= 0)
        fail('FIELD', `field "${spec.name}": the training part has no value to take the mean of (place ${empty})`);
      return numbersField(spec, statistics);
    },
  };
}

const needsMeans = ({ scale, missing }: FieldSpec): boolean => missing === 'mean' || scale === 'standardize';

export function restoreNumbers(spec: FieldSpec, state: Json): FittedField {
  return numbersField(spec, state as Statistics);
}

function numbersField(spec: FieldSpec, statistics: Statistics): FittedField {
  const width = widthOf(spec.shape);
  const bytes = scalingOf(spec, statistics, [0, 1]) ?? unscaled;
  const floats = scalingOf(spec, statistics, 'none');
  return {
    input: { name: spec.name, kind: spec.kind, shape: spec.shape, dtype: 'float32', vocabulary: null },
    state: statistics,
    bytes,
    encode: (incoming) => encodeNumbers(spec, incoming, { scaling: floats, means: statistics.means }),
    gather(stored, rows, into) {
      const length = rows.length * width;
      const target = into instanceof Float32Array && into.length === length ? into : new Float32Array(length);
      if (stored instanceof Uint8Array) gatherBytes(stored, rows, { into: target, width, scaling: bytes });
      else gatherRows(stored as Float32Array, rows, { into: target, width });
      return target;
    },
  };
}

const unscaled: Scaling = { centers: Float64Array.of(0), factors: Float64Array.of(1) };

/** null: values stay as they are. `otherwise`: where the recipe says nothing. */
function scalingOf(
  { scale }: FieldSpec,
  { means, deviations }: Statistics,
  otherwise: readonly [number, number] | 'none',
): Scaling | null {
  const rule = scale ?? otherwise;
  if (rule === 'none') return null;
  if (rule === 'standardize')
    return { centers: Float64Array.from(means), factors: Float64Array.from(deviations, (deviation) => 1 / deviation) };
  const [low, high] = rule;
  const center = low === 0 ? 0 : (-low * 255) / (high - low);
  return { centers: Float64Array.of(center), factors: Float64Array.of((high - low) / 255) };
}
