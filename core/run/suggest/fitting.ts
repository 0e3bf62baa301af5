import { silent } from '../../plugin/silent.js';
import { type Problem, ProblemError } from '../../problem/index.js';
import { planRecipe } from '../../recipe/plan.js';
import { type Forecast, forecast } from '../forecast.js';
import type { Suggesting } from './parts.js';

type Write = (split: string, batchSize: number) => string;

/** Rows of a batch, where there are enough of them. */
const BATCH = 64;

/**
 * The recipe with the first split by which it can be trained and measured, and a batch that the training part fills: what
 * `plan` would say of it decides. Where none will do, the last that could be planned, and `plan` tells why; where the data
 * cannot be looked at yet, the first.
 */
export async function fitting(splits: readonly string[], write: Write, how: Suggesting): Promise<string> {
  let text = write(splits[0]!, BATCH);
  for (const split of splits) {
    const first = await foreseen(write(split, BATCH), how);
    if (first === null) continue;
    const batchSize = batchFor(first.sampled?.rows ?? null);
    text = write(split, batchSize);
    const settled = batchSize === BATCH ? first : await foreseen(text, how);
    if (settled?.problems.every(isHarmless)) return text;
  }
  return text;
}

/** A power of two, at most half of the rows of an epoch where that leaves more than a pair: one step is no epoch. */
const batchFor = (rows: number | null): number =>
  rows === null || rows >= 2 * BATCH ? BATCH : 2 ** Math.max(1, Math.floor(Math.log2(Math.max(2, rows / 2))));

const isHarmless = ({ severity, code }: Problem): boolean => severity === 'warning' && code !== 'MONITOR';

/** null: it cannot be planned: there are too few groups for the split, or a decoder is not installed. */
async function foreseen(text: string, { recipe, registry }: Suggesting): Promise<Forecast | null> {
  const planned = await planRecipe(recipe, { registry: registry.all, text });
  if (!planned.planned || !planned.registry) return null;
  const { signal } = new AbortController();
  try {
    return await forecast({ planned: planned.planned, registry: planned.registry, log: silent, signal });
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}
