import type { Fed } from './feed.js';
import type { StepFeed, StepPosition, StepResult } from './step.js';

/** The batches of one step, one or more. */
export type StepBatches = readonly Fed[];

/**
 * Batches in groups of `count`. `endsEarly`: with this batch a step ends, however few it has. What is left over when the
 * batches end is not given.
 */
export async function* stepBatches(
  batches: AsyncIterable<Fed>,
  { count, endsEarly }: { readonly count: number; readonly endsEarly: (fed: Fed) => boolean },
): AsyncGenerator<StepBatches> {
  let step: Fed[] = [];
  for await (const fed of batches) {
    step.push(fed);
    if (step.length < count && !endsEarly(fed)) continue;
    yield step;
    step = [];
  }
}

/** As they are handed to the step. Each batch of a training has a number to draw by: those that a short step lacks are left out. */
export function positioned(
  batches: StepBatches,
  { step, count, ...at }: { readonly step: number; readonly count: number } & Omit<StepPosition, 'index' | 'within'>,
): readonly StepFeed[] {
  return batches.map(({ batch, known }, i) => {
    const within = count > 1 ? { within: { step, ends: i === batches.length - 1 } } : {};
    return { batch, known, at: { ...at, index: step * count + i, ...within } };
  });
}

/** What several batches come to: the mean of each figure. Of none the loss is NaN. */
export function meanResult(results: readonly StepResult[]): StepResult {
  const mean = (of: (result: StepResult) => number): number =>
    results.reduce((sum, result) => sum + of(result), 0) / results.length;
  const names = Object.keys(results[0]?.monitors ?? {});
  const monitors = Object.fromEntries(names.map((name) => [name, mean((result) => result.monitors[name]!)]));
  return { loss: mean(({ loss }) => loss), monitors };
}
