import type { Draw } from '../../contract/index.js';
import type { Vectors } from '../../evaluate/embed.js';

export interface MapPoint {
  readonly x: number;
  readonly y: number;
  readonly group: number;
}
/** Items in the plane. */
export interface EmbeddingMap {
  /** Of all variance, along the two directions. */
  readonly explained: readonly [number, number];
  readonly points: readonly MapPoint[];
  /** The same items, or some of them, in a plane that keeps neighbourhoods. Absent where there are few items. */
  readonly neighbourhoods?: readonly MapPoint[];
}

const ITERATIONS = 60;

/**
 * The plane of the two principal components, by power iteration on the covariance, the second within what the first
 * leaves. Source: Hotelling 1933.
 */
export function mapItems(
  vectors: Vectors,
  { groups, draw }: { readonly groups: readonly number[]; readonly draw: Draw },
): EmbeddingMap {
  const centred = centre(vectors);
  const total = centred.reduce((sum, one) => sum + dot(one, one), 0);
  const first = direction(centred, draw);
  const alongFirst = centred.map((one) => dot(one, first));
  const rest = centred.map((one, i) => one.map((value, k) => value - alongFirst[i]! * first[k]!));
  const second = direction(rest, draw);
  const alongSecond = rest.map((one) => dot(one, second));
  const share = (along: readonly number[]): number =>
    total > 0 ? along.reduce((sum, one) => sum + one * one, 0) / total : 0;
  return {
    explained: [share(alongFirst), share(alongSecond)],
    points: centred.map((_, i) => ({
      x: short(alongFirst[i]!),
      y: short(alongSecond[i]!),
      group: groups[i] ?? -1,
    })),
  };
}

const short = (value: number): number => Number(value.toPrecision(4));
function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

function centre({ values, dimensions, size }: Vectors): Float64Array[] {
  const rows = Array.from({ length: size }, (_, row) => row);
  const mean = new Float64Array(dimensions);
  for (const row of rows) for (let k = 0; k < dimensions; k++) mean[k]! += values[row * dimensions + k]! / rows.length;
  return rows.map((row) => mean.map((middle, k) => values[row * dimensions + k]! - middle));
}

function direction(points: readonly Float64Array[], draw: Draw): Float64Array {
  let along = Float64Array.from(points[0]!, () => draw.uniform() - 0.5);
  for (let i = 0; i < ITERATIONS; i++) {
    const next = new Float64Array(along.length);
    for (const point of points) {
      const weight = dot(point, along);
      for (let k = 0; k < next.length; k++) next[k]! += weight * point[k]!;
    }
    const length = Math.sqrt(dot(next, next));
    if (!(length > 0)) return along.map(() => 0);
    along = next.map((value) => value / length);
  }
  return along;
}
