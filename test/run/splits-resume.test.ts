import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runDifferences } from '../../core/run/identical.js';
import { recipeFile } from '../recipes/recipes.js';
import { resumeRecipe, runRecipe } from './running.js';

const folder = mkdtempSync(join(tmpdir(), 'siamese-splits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Folds: `folds.test.ts`. */
it.each(['later-matches', 'connected-records', 'seen-and-unseen'])('%s goes on byte for byte', async (name) => {
  const set = ['train.epochs=2', 'engine.compile=off', 'evaluate.baselines=off', 'evaluate.metrics=[verification]'];
  const [straight, stopped] = [join(folder, name, 'straight'), join(folder, name, 'stopped')];
  const { result } = await runRecipe(recipeFile(`tiny/${name}`), { out: straight, set });
  const stopAt = Math.floor(result.training.steps / 2) + 1;
  const first = await runRecipe(recipeFile(`tiny/${name}`), { out: stopped, set, stopAt });
  expect(first.result.status).toBe('interrupted');
  await resumeRecipe(stopped);
  expect(await runDifferences(straight, stopped)).toEqual([]);
});
