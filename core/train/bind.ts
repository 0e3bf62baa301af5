import type { Tensor } from '@tensorflow/tfjs-core';
import type {
  BoundDistance,
  BoundHead,
  DistanceInstance,
  HeadInstance,
  Range,
  Score,
  Step,
  Weights,
} from '../contract/index.js';
import * as ops from '../engine/ops.js';
import { guarded } from '../problem/index.js';
import { shaped } from './shape.js';

/**
 * A distance as other plugins see it: its weights bound, `matrix` derived from `between` where it has none, the shapes of
 * its results checked. `weights` is read at each call.
 * Errors: PLUGIN_FAILED, where it throws, or returns another shape than it must.
 */
export function bindDistance<W>(distance: {
  readonly instance: DistanceInstance<W>;
  readonly range: Range;
  readonly metric: boolean;
  readonly euclidean?: BoundDistance['euclidean'] | undefined;
  readonly weights: Weights<W>;
}): BoundDistance {
  const { instance, range, metric, euclidean, weights } = distance;
  const between = (a: Tensor, b: Tensor): Tensor =>
    guarded('the distance', () => shaped(instance.between(a, b, weights), [a.shape[0]!], 'distance.between')); // [n]
  const ownMatrix = (a: Tensor, b: Tensor): Tensor =>
    shaped(instance.matrix!(a, b, weights), [a.shape[0]!, b.shape[0]!], 'distance.matrix'); // [n, m]
  const matrix = (a: Tensor, b: Tensor): Tensor =>
    instance.matrix ? guarded('the distance', () => ownMatrix(a, b)) : everyPair(between, a, b); // [n, m]
  return { range, metric, between, matrix, ...(euclidean ? { euclidean } : {}) };
}

/**
 * A head as other plugins see it. `step` is asked for at each call.
 * Errors: PLUGIN_FAILED, where it throws, or returns another shape than [pairs].
 */
export function bindHead<W>(head: {
  readonly instance: HeadInstance<W>;
  readonly produces: Score;
  readonly weights: Weights<W>;
  readonly step: () => Step;
}): BoundHead {
  const { instance, produces, weights, step } = head;
  return { produces, score: (pair) => boundScore(instance, pair, { weights, step: step() }) }; // [pairs]
}

/** Score [pairs] of a head. Errors: PLUGIN_FAILED, where it throws or returns another shape. */
export function boundScore<W>(
  instance: HeadInstance<W>,
  pair: Parameters<HeadInstance<W>['score']>[0],
  { weights, step }: { readonly weights: Weights<W>; readonly step: Step },
): Tensor {
  return guarded('the head', () => shaped(instance.score(pair, weights, step), [pair.left.shape[0]!], 'head.score')); // [pairs]
}

/**
 * Every row of `a` beside every row of `b`, in one call. The rows are repeated by adding zeros: tfjs's gradient of `tile`
 * records two operations for each repetition.
 * [n, d], [m, d] -> [n, m]
 */
function everyPair(between: BoundDistance['between'], a: Tensor, b: Tensor): Tensor {
  const [n, m, d] = [a.shape[0]!, b.shape[0]!, a.shape[1]!];
  const left = ops.reshape(ops.add(ops.expandDims(a, 1), ops.zeros([1, m, 1])), [n * m, d]); // [n*m, d]
  const right = ops.reshape(ops.add(ops.expandDims(b, 0), ops.zeros([n, 1, 1])), [n * m, d]); // [n*m, d]
  return ops.reshape(between(left, right), [n, m]); // [n, m]
}
