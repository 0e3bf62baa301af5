import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';

let wanted = false;

/**
 * Runs `compute` with `squaredDistances` by one product of matrices, many times faster: for evaluation, where there is
 * no gradient and nothing is recorded, since it reads the numbers on the way.
 */
export function withPairwiseValues<T>(compute: () => T): T {
  const before = wanted;
  wanted = true;
  try {
    return compute();
  } finally {
    wanted = before;
  }
}

export const valuesAreWanted = (): boolean => wanted;

/** Entries below this share of |a|^2 + |b|^2 have lost digits in the product, and are computed anew. */
const CANCELS = 1 / 4;

/**
 * Squared euclidean distances: |p|^2 + |q|^2 - 2pq about an origin among the points, and by subtracting, in float64,
 * wherever that is small against |p|^2 + |q|^2. Off by a few roundings of float32, as adding up the squares is.
 * [n, d], [m, d] -> [n, m]. No gradient.
 */
export function squaredDistanceValues(a: Tensor, b: Tensor): Tensor {
  return tfc.tidy(() => {
    const origin = originOf(b); // [1, d]
    const [p, q] = [tfc.sub(a, origin), tfc.sub(b, origin)]; // [n, d], [m, d]
    const rows = tfc.sum(tfc.square(p), 1, true); // [n, 1]
    const columns = tfc.sum(tfc.square(q), 1, true); // [m, 1]
    const left = tfc.concat([tfc.mul(p, -2), rows, tfc.onesLike(rows)], 1); // [n, d + 2]
    const right = tfc.concat([q, tfc.onesLike(columns), columns], 1); // [m, d + 2]
    const squares = tfc.matMul(left, right, false, true).dataSync<'float32'>(); // [n, m]
    repair(squares, { a: rowsOf(a), b: rowsOf(b), rows: rows.dataSync(), columns: columns.dataSync() });
    return tfc.tensor2d(squares, [a.shape[0]!, b.shape[0]!]); // [n, m]
  });
}

/**
 * About the mean of the points, rounded to a coarse grid: numbers that stand on a grid themselves (0 and 1, pixels,
 * counts) stay exact, and equal distances equal. [m, d] -> [1, d]
 */
function originOf(points: Tensor): Tensor {
  const mean = tfc.mean(points, 0, true); // [1, d]
  const spread = Math.sqrt(tfc.mean(tfc.squaredDifference(points, mean)).dataSync()[0]!);
  if (!(spread > 0 && spread < Infinity)) return mean; // [1, d]
  const grid = 2 ** Math.floor(Math.log2(spread));
  return tfc.mul(tfc.round(tfc.div(mean, grid)), grid); // [1, d]
}

interface Rows {
  readonly values: ArrayLike<number>;
  readonly width: number;
}
const rowsOf = (points: Tensor): Rows => ({ values: points.dataSync(), width: points.shape[1]! });

interface Points {
  readonly a: Rows;
  readonly b: Rows;
  /** |p|^2 and |q|^2. */
  readonly rows: ArrayLike<number>;
  readonly columns: ArrayLike<number>;
}

function repair(squares: Float32Array, { a, b, rows, columns }: Points): void {
  const count = columns.length;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    for (let j = 0; j < count; j++) {
      const value = squares[i * count + j]!;
      if (value >= CANCELS * (row + columns[j]!) && value < Infinity) continue; // NaN, of an overflow, is neither
      squares[i * count + j] = squaredDistance(a, b, [i, j]);
    }
  }
}

function squaredDistance(a: Rows, b: Rows, [i, j]: readonly [number, number]): number {
  const { values: left, width } = a;
  const right = b.values;
  let sum = 0;
  for (let from = i * width, to = j * width, end = from + width; from < end; from++, to++) {
    const gap = left[from]! - right[to]!;
    sum += gap * gap;
  }
  return sum;
}
