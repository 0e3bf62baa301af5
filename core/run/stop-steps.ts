import type { RunResult } from './result.js';

/**
 * Steps after which a training is stopped to see whether it goes on alike: spread over the training, none at the end of
 * an epoch where epochs have several steps. Fewer than asked for where the training is short.
 */
export function stopSteps(
  { steps, epochs }: Pick<RunResult['training'], 'steps' | 'epochs'>,
  count: number,
): readonly number[] {
  const perEpoch = epochs > 0 ? Math.max(1, Math.round(steps / epochs)) : steps;
  const spread = Array.from({ length: count }, (_, i) => {
    const step = Math.floor((steps * (i + 1)) / (count + 1));
    return perEpoch > 1 && step % perEpoch === 0 ? step + 1 : step;
  });
  return [...new Set(spread)].filter((step) => step >= 1 && step < steps);
}
