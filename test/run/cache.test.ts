import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { recipeFile } from '../recipes/recipes.js';
import { onEngine, temporaryFolder } from './command.js';
import { resumeRecipe, runRecipe } from './running.js';

const folder = temporaryFolder();
const cached = ['data.cache.use=always', `data.cache.folder=${join(folder, 'caches')}`];
const weightsOf = (run: string): string => readFileSync(join(run, 'model', 'weights.safetensors')).toString('base64');

/** Numbers, which are mapped into the program; pictures, whose bytes are read by position. */
const runs = [
  ['readings', 'native'],
  ['glyphs', 'native'],
  ['readings', 'portable'],
] as const;
for (const [recipe, engine] of runs) {
  onEngine(engine, `${recipe} trains to the same bytes from a cache, also when it is gone on with`, async () => {
    const set = ['train.epochs=2', 'evaluate.baselines=[]'];
    const place = (name: string): string => join(folder, `${engine}-${recipe}-${name}`);
    await runRecipe(recipeFile(`tiny/${recipe}`), { out: place('memory'), engine, set });
    await runRecipe(recipeFile(`tiny/${recipe}`), { out: place('cache'), engine, set: [...set, ...cached] });
    expect(weightsOf(place('cache'))).toBe(weightsOf(place('memory')));
    expect(readdirSync(join(folder, 'caches')).length).toBeGreaterThan(0);
    const stopped = { out: place('stopped'), engine, set: [...set, ...cached], stopAt: 5 };
    await runRecipe(recipeFile(`tiny/${recipe}`), stopped);
    await resumeRecipe(place('stopped'), { engine, set: ['data.cache.use=never'] }); // where items lie is free to change
    expect(weightsOf(place('stopped'))).toBe(weightsOf(place('memory')));
  });
}
