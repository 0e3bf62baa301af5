/**
 * What a distance is: it says how far apart two embeddings are. Smaller is closer, always.
 * @module distance
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Range } from './data.js';
import type { Weights } from './weights.js';

/** |a - b|, |a - b|^2, or |a/|a| - b/|b||^2 / 2. */
export type Euclidean = 'root' | 'square' | 'cosine';

/**
 * What a distance says of its geometry: margins, targets and losses are checked against it before anything is
 * trained.
 */
export interface DistanceDeclarations<O> {
  /**
   * It is the euclidean distance of the embeddings as they are, its square, or (`cosine`) half the square of that of their
   * directions: evaluation may then rank by squares without calling it, many times faster.
   */
  readonly euclidean?: Euclidean;
  /** Smallest and largest value that it can take. */
  readonly range: Range | ((options: O) => Range);
  /** Range on vectors of length 1: what the margin rule uses under `normalize: true`. */
  readonly unitRange?: Range | ((options: O) => Range);
  /** The triangle inequality holds, d >= 0, and d = 0 only for equal inputs. Default false. */
  readonly metric?: boolean;
  /** Default true. */
  readonly symmetric?: boolean;
}

/** Smaller is closer, always. */
export interface DistanceInstance<W> {
  /** [n, d], [n, d] -> [n] */
  between(a: Tensor, b: Tensor, weights: Weights<W>): Tensor;
  /** [n, d], [m, d] -> [n, m]; derived from `between` when absent. Equal to it. */
  matrix?(a: Tensor, b: Tensor, weights: Weights<W>): Tensor;
}

/** A distance as others see it: its own weights are already bound. */
export interface BoundDistance {
  /** Smallest and largest value under its options. */
  readonly range: Range;
  /** Whether the triangle inequality holds. */
  readonly metric: boolean;
  /** Set where it is the euclidean distance, its square, or half the square of that of the directions. */
  readonly euclidean?: Euclidean;
  /** Distance of each row of `a` from the same row of `b`. [n, d], [n, d] -> [n] */
  between(a: Tensor, b: Tensor): Tensor;
  /** Distance of each row of `a` from every row of `b`. [n, d], [m, d] -> [n, m] */
  matrix(a: Tensor, b: Tensor): Tensor;
}
