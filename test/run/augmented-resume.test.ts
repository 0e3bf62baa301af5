import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runDifferences } from '../../core/run/identical.js';
import { recipeFile } from '../recipes/recipes.js';
import { temporaryFolder } from './command.js';
import { resumeRecipe, runRecipe } from './running.js';

/** Draws are keyed by the step alone: a run that goes on makes the same images, texts and gaps. */
const folder = temporaryFolder();

it.each(['marks', 'misspelt-phrases'])('%s, stopped and gone on with', async (name) => {
  const set = ['train.epochs=2', 'train.stepsPerEpoch=4', 'evaluate.baselines=off', 'engine.compile=off'];
  const file = recipeFile(`tiny/${name}`);
  const [straight, stopped] = [join(folder, `${name}-straight`), join(folder, `${name}-stopped`)];
  await runRecipe(file, { out: straight, set });
  expect((await runRecipe(file, { out: stopped, set, stopAt: 3 })).result.status).toBe('interrupted');
  await resumeRecipe(stopped, { set });
  expect(await runDifferences(straight, stopped)).toEqual([]);
});
