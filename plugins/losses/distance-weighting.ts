import type { LabelledBatch, StepRandom } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';

/** Distance below which negatives count as if they stood there: nearer ones are mostly noise. */
const NEAREST = 0.5;
/** Distance from which negatives are not drawn: their loss is 0. */
const FARTHEST = 1.4;

export interface Drawn {
  /** int32 */
  readonly places: Tensor;
  /** bool */
  readonly drawn: Tensor;
}

/**
 * Draws `count` negatives for every anchor, with weights 1/q(d) that make all distances equally likely:
 *   q(d) ~ d^(n-2) * (1 - d^2/4)^((n-3)/2), how often two random points of the unit sphere in n dimensions are d apart
 * d is the euclidean distance of the embeddings at length 1, whatever the recipe's distance, at least 0.5; from 1.4 on
 * nothing is drawn. Random by `random` alone; a constant of the gradient.
 * Shapes: embeddings [a, n], references [r, n] -> [a, count] each: the column of the negative, and whether there was one to
 *   draw
 * Source: Wu, Manmatha, Smola, Kraehenbuehl 2017; cut-offs as in pytorch-metric-learning's DistanceWeightedMiner.
 */
export function drawNegatives(
  { embeddings, references, negative }: LabelledBatch,
  count: number,
  random: StepRandom,
): Drawn {
  const [anchors, columns] = negative.shape as [number, number];
  return ops.constant(() => {
    const [from, to] = [ops.l2Normalize(embeddings), ops.l2Normalize(references)]; // [a, n], [r, n]
    const distances = ops.sqrt(ops.squaredDistances(from, to)); // [a, r]
    const near = ops.mask(ops.less(distances, FARTHEST)); // [a, r]
    const weights = inverseDensity(distances, ops.mul(negative, near), embeddings.shape[1]!); // [a, r]
    const upTo = ops.cumsum(weights, 1); // [a, r]
    const total = ops.max(upTo, 1, true); // [a, 1]
    const at = ops.mul(random.uniform([anchors, count]), total); // [a, count]
    const passed = ops.tidy(() => {
      const isPassed = ops.lessEqual(ops.expandDims(upTo, 1), ops.expandDims(at, 2)); // [a, count, r]
      return ops.sum(ops.mask(isPassed), 2); // [a, count]
    }); // [a, count]
    const places = ops.cast(ops.minimum(passed, columns - 1), 'int32'); // [a, count]
    return { places, drawn: ops.less(passed, columns) };
  });
}

/** 1/q(d) of the entries that `keep` keeps, the largest of each row 1; 0 elsewhere. [a, r] -> [a, r] */
function inverseDensity(distances: Tensor, keep: Tensor, dimensions: number): Tensor {
  const d = ops.clipByValue(distances, NEAREST, FARTHEST); // [a, r]
  const spread = ops.log(ops.sub(1, ops.mul(0.25, ops.square(d)))); // [a, r]
  const logs = ops.sub(ops.mul(2 - dimensions, ops.log(d)), ops.mul((dimensions - 3) / 2, spread)); // [a, r]
  const largest = ops.max(ops.add(logs, ops.mul(ops.sub(keep, 1), 1e30)), 1, true); // [a, 1]
  return ops.mul(ops.exp(ops.mul(ops.sub(logs, largest), keep)), keep); // [a, r]
}
