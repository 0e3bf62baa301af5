/**
 * Initial values of weights, drawn on the host: the same bytes on every engine, whatever was built before.
 * Fans as in Keras: of a kernel [.., in, out] the inputs and outputs of one unit; of other ranks sqrt(size) for both.
 */
import { type Drawing, openStream } from '../random/index.js';

type Scaling = {
  readonly scaling: number;
  readonly mode: 'fanIn' | 'fanOut' | 'fanAvg';
  readonly distribution: 'normal' | 'uniform';
};
/** How a weight starts. Numbers: `normal` and `truncated` the deviation, `identity` and `orthogonal` a factor. */
export type Initial =
  | keyof typeof named
  | { readonly constant: number }
  | { readonly normal: number; readonly mean?: number }
  /** Normal, values beyond two deviations drawn again. */
  | { readonly truncated: number; readonly mean?: number }
  | { readonly uniform: readonly [low: number, high: number] }
  | { readonly identity: number }
  | { readonly orthogonal: number }
  | Scaling;

const scaling = (factor: number, mode: Scaling['mode'], distribution: Scaling['distribution']): Scaling => ({
  scaling: factor,
  mode,
  distribution,
});
const named = {
  zeros: { constant: 0 },
  ones: { constant: 1 },
  identity: { identity: 1 },
  orthogonal: { orthogonal: 1 },
  /** Variance 2 / (fan in + fan out): Glorot, Bengio 2010. */
  glorotNormal: scaling(1, 'fanAvg', 'normal'),
  glorotUniform: scaling(1, 'fanAvg', 'uniform'),
  /** Variance 2 / fan in: He, Zhang, Ren, Sun 2015. */
  heNormal: scaling(2, 'fanIn', 'normal'),
  heUniform: scaling(2, 'fanIn', 'uniform'),
  /** Variance 1 / fan in: LeCun, Bottou, Orr, Mueller 1998. */
  leCunNormal: scaling(1, 'fanIn', 'normal'),
  leCunUniform: scaling(1, 'fanIn', 'uniform'),
  /** Rows of length 1, their directions uniform. */
  unitSphere: 'unitSphere',
} as const;

/** Where a weight's numbers come from: its run's seed and its own name. */
export interface InitialPlace {
  readonly seed: number;
  /** Unique in the run, stable: `encoder/dense-1/kernel`. */
  readonly name: string;
}

/**
 * The initial values of a weight, row by row. -> [product of shape]
 * Errors: `identity` of another rank than 2, `orthogonal` below rank 2, a negative scale.
 */
export function drawInitial(initial: Initial, shape: readonly number[], place: InitialPlace): Float32Array {
  const how = typeof initial === 'string' ? named[initial] : initial;
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (how !== 'unitSphere' && 'constant' in how) return values.fill(how.constant);
  if (how !== 'unitSphere' && 'identity' in how) return identity(values, shape, how.identity);
  const draw = openStream(place.seed, `initial ${place.name}`).draw();
  if (how === 'unitSphere') return unitRows(fill(values, draw.normal), shape.at(-1) ?? 1);
  if ('orthogonal' in how) return orthogonal(values, shape, { gain: how.orthogonal, draw });
  if ('uniform' in how) return uniform(values, draw, how.uniform);
  if ('normal' in how) return fill(values, () => (how.mean ?? 0) + how.normal * draw.normal());
  if ('truncated' in how) return fill(values, () => (how.mean ?? 0) + how.truncated * truncatedNormal(draw));
  return scaled(values, draw, { how, shape });
}

function fill(values: Float32Array, next: () => number): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = next();
  return values;
}

const uniform = (values: Float32Array, draw: Drawing, [low, high]: readonly [number, number]): Float32Array =>
  fill(values, () => low + (high - low) * draw.uniform());

function truncatedNormal(draw: Drawing): number {
  let value = draw.normal();
  while (Math.abs(value) > 2) value = draw.normal();
  return value;
}

/** Deviation of a standard normal that is cut at two deviations. */
const cutDeviation = 0.8796256610342398;

/** Variance = scaling / fan, of normal (cut at two deviations, and widened to make up for it) or uniform numbers. */
function scaled(
  values: Float32Array,
  draw: Drawing,
  { how, shape }: { readonly how: Scaling; readonly shape: readonly number[] },
): Float32Array {
  const { fanIn, fanOut } = fans(shape);
  const fan = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[how.mode];
  const variance = how.scaling / Math.max(1, fan);
  if (!(variance >= 0)) throw new Error(`an initializer's scale must not be negative, got ${how.scaling}`);
  if (how.distribution === 'uniform') {
    const limit = Math.sqrt(3 * variance);
    return uniform(values, draw, [-limit, limit]);
  }
  const deviation = Math.sqrt(variance) / cutDeviation;
  return fill(values, () => deviation * truncatedNormal(draw));
}

function fans(shape: readonly number[]): { readonly fanIn: number; readonly fanOut: number } {
  const size = shape.reduce((product, one) => product * one, 1);
  if (shape.length < 2 || shape.length > 5) return { fanIn: Math.sqrt(size), fanOut: Math.sqrt(size) };
  return { fanIn: size / shape.at(-1)!, fanOut: size / shape.at(-2)! };
}

function identity(values: Float32Array, shape: readonly number[], gain: number): Float32Array {
  if (shape.length !== 2) throw new Error(`the identity initializer is for matrices, not for [${shape.join(', ')}]`);
  const [rows, columns] = [shape[0]!, shape[1]!];
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = gain;
  return values;
}

function unitRows(values: Float32Array, width: number): Float32Array {
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    const length = Math.hypot(...row);
    for (let i = 0; i < width; i++) row[i] = row[i]! / length;
  }
  return values;
}

/**
 * Orthonormal columns (rows, where there are fewer of them), uniform over all such matrices: Gram-Schmidt on normal vectors.
 * Kernels of a higher rank are matrices [all but the last, last].
 * Source: Saxe, McClelland, Ganguli 2014.
 */
function orthogonal(
  values: Float32Array,
  shape: readonly number[],
  { gain, draw }: { readonly gain: number; readonly draw: Drawing },
): Float32Array {
  if (shape.length < 2)
    throw new Error(`the orthogonal initializer is for rank 2 and more, not for [${shape.join(', ')}]`);
  const columns = shape.at(-1)!;
  const rows = values.length / columns;
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const basis: Float64Array[] = [];
  while (basis.length < count) basis.push(orthonormal(Float64Array.from({ length }, draw.normal), basis));
  for (const [k, vector] of basis.entries()) {
    for (let i = 0; i < length; i++) values[columns > rows ? k * columns + i : i * columns + k] = gain * vector[i]!;
  }
  return values;
}

/** Takes what lies along `basis` out of `vector`, twice (once leaves rounding errors), and makes it a unit. In place. */
function orthonormal(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  for (const other of [...basis, ...basis]) {
    let along = 0;
    for (let i = 0; i < vector.length; i++) along += vector[i]! * other[i]!;
    for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! - along * other[i]!;
  }
  let squares = 0;
  for (const value of vector) squares += value * value;
  return vector.map((value) => value / Math.sqrt(squares));
}
