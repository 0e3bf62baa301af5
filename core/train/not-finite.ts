import { ProblemError, problem } from '../problem/index.js';

/** A loss that is NaN or infinite. `step` from 1. */
export function notFinite(loss: number, at: { readonly step: number; readonly learningRate: number }): ProblemError {
  const message = `the loss became ${loss} at step ${at.step}, at a learning rate of ${at.learningRate}`;
  const hint = 'A lower optimizer.learningRate, train.clipNorm: 1, or a warm-up usually helps.';
  return new ProblemError(problem('LOSS_NOT_FINITE', message, { hint }));
}
