import type { OptimizerUpdate } from '../../core/contract/index.js';
import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';

type Moments<T> = { readonly firstMoment: T; readonly secondMoment: T };

/**
 * The step of Adam and its next moments; m, v, g as in the paper:
 *   m <- beta1*m + (1-beta1)*g;  v <- beta2*v + (1-beta2)*g^2
 *   step = learningRate * sqrt(1-beta2^t)/(1-beta1^t) * m/(sqrt(v) + epsilon)
 * Shapes: all as the weight. `t` counts from 1.
 * Source: Kingma, Ba 2015, the efficient form at the end of section 2, as TensorFlow computes it: epsilon is added to
 * the root of the uncorrected v.
 */
export function adamStep(
  { gradient, slots, learningRate, step }: OptimizerUpdate<Moments<number>>,
  { beta1, beta2, epsilon }: { readonly beta1: number; readonly beta2: number; readonly epsilon: number },
): { readonly change: Tensor; readonly slots: Moments<Tensor> } {
  const first = ops.mul(complement(beta1), ops.sub(gradient, slots.firstMoment)); // as the weight
  const second = ops.mul(complement(beta2), ops.sub(ops.square(gradient), slots.secondMoment)); // as the weight
  const firstMoment = ops.add(slots.firstMoment, first); // as the weight
  const secondMoment = ops.add(slots.secondMoment, second); // as the weight
  const correction = ops.div(ops.sqrt(ops.sub(1, ops.pow(beta2, step))), ops.sub(1, ops.pow(beta1, step))); // []
  const direction = ops.div(firstMoment, ops.add(ops.sqrt(secondMoment), epsilon)); // as the weight
  const change = ops.mul(ops.mul(learningRate, correction), direction); // as the weight
  return { change, slots: { firstMoment, secondMoment } };
}

/** 1 - beta in float32: with 1 - 0.999 in float64 the moments would not match the correction, a power in float32. */
const complement = (beta: number): number => 1 - Math.fround(beta);
