import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { recipeFile } from '../recipes/recipes.js';
import { onEngine, temporaryFolder } from './command.js';
import { resumeRecipe, runRecipe } from './running.js';

const folder = temporaryFolder();
const weightsOf = (run: string): string => readFileSync(join(run, 'model', 'weights.safetensors')).toString('base64');

/** Windows of rows, shards read by position, and Parquet as a stream: stopped in a pass, gone on with. */
const streamed = [
  'data.source.stream=true',
  'data.split={type: hash, validation: 0.2, test: 0.2}',
  'data.shuffleBuffer=200',
];
for (const [recipe, more] of [
  ['motions', []],
  ['shards', ['data.cache.use=always', `data.cache.folder=${join(folder, 'caches')}`]],
  ['readings', streamed],
] as const) {
  onEngine('native', `${recipe} goes on to the same bytes`, async () => {
    const set = ['train.epochs=2', 'evaluate.baselines=[]', ...more];
    const [whole, stopped] = [join(folder, `${recipe}-whole`), join(folder, `${recipe}-stopped`)];
    await runRecipe(recipeFile(`tiny/${recipe}`), { out: whole, engine: 'native', set });
    await runRecipe(recipeFile(`tiny/${recipe}`), { out: stopped, engine: 'native', set, stopAt: 3 });
    await resumeRecipe(stopped, { engine: 'native' });
    expect(weightsOf(stopped)).toBe(weightsOf(whole));
  });
}
