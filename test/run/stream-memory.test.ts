import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunResult } from '../../core/run/result.js';
import { dataFor, recipeFile } from '../recipes/recipes.js';
import { siamese, temporaryFolder } from './command.js';

/**
 * A stream is never held: ten times the data, the same memory. Each run has a process of its own, since what is compared
 * is its peak. The pass that counts and every step's buffers are in it; of the epoch only the first steps are trained.
 */
const folder = temporaryFolder();

async function peakOf(megabytes: number): Promise<{ readonly result: RunResult; readonly bytes: number }> {
  const out = join(folder, `run-${megabytes}`);
  const set = [
    ...dataFor('streamed-random-pairs', folder, megabytes),
    ...['train.batchSize=2048', 'evaluate.metrics=[verification]', 'evaluate.baselines=off'],
  ].flatMap((text) => ['--set', text]);
  await siamese('run', recipeFile('streamed-random-pairs'), '--engine', 'portable', '--out', out, ...set);
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult;
  return { result, bytes: statSync(join(folder, `streamed-random-pairs-${megabytes}.csv`)).size };
}

it('60 MB need no more memory than 6 MB, but for the sample that evaluation holds', async () => {
  const [small, large] = [await peakOf(6), await peakOf(60)];
  expect(large.bytes).toBeGreaterThan(9.9 * small.bytes);
  expect(large.result.data.items).toBeGreaterThan(9.9 * small.result.data.items);
  expect(large.result.training.pairs).toBe(large.result.data.train); // every row was read and trained on
  const grown = large.result.training.peakMemoryMiB - small.result.training.peakMemoryMiB;
  expect(grown, 'MiB more').toBeLessThan(100);
});
