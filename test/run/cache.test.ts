import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { RowsAhead } from '../../core/data/cache/rows-ahead.js';
import { recipeFile } from '../recipes/recipes.js';
import { onEngine, temporaryFolder } from './command.js';
import { resumeRecipe, runRecipe } from './running.js';

/** Whether caches are taken to be small enough for memory; how often rows were read ahead. */
const memory = vi.hoisted(() => ({ isEnough: true, reads: 0 }));
vi.mock('../../core/data/held.js', () => ({ isHeld: () => memory.isEnough }));
vi.mock('../../core/data/cache/rows-ahead.js', async (original) => {
  const { openRowsAhead } = await original<typeof import('../../core/data/cache/rows-ahead.js')>();
  const built = new URL('../../dist/core/row-reader.js', import.meta.url);
  const open: typeof openRowsAhead = (files): RowsAhead => {
    const ahead = openRowsAhead(files, built)!;
    return {
      read(rows) {
        memory.reads++;
        return ahead.read(rows);
      },
      close: () => ahead.close(),
    };
  };
  return { openRowsAhead: open };
});

const folder = temporaryFolder();
const cached = ['data.cache.use=always', `data.cache.folder=${join(folder, 'caches')}`];
const weightsOf = (run: string): string => readFileSync(join(run, 'model', 'weights.safetensors')).toString('base64');

/** Numbers, and pictures, whose bytes a program scales; one that mines; two tables. */
const runs = [
  ['readings', 'native'],
  ['glyphs', 'native'],
  ['hard-pairs', 'native'],
  ['two-towers', 'native'],
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
    memory.isEnough = false;
    memory.reads = 0;
    await runRecipe(recipeFile(`tiny/${recipe}`), { out: place('large'), engine, set: [...set, ...cached] });
    expect(weightsOf(place('large'))).toBe(weightsOf(place('memory')));
    expect(memory.reads).toBeGreaterThan(10);
    const stopped = { out: place('stopped'), engine, set: [...set, ...cached], stopAt: 5 };
    await runRecipe(recipeFile(`tiny/${recipe}`), stopped);
    await resumeRecipe(place('stopped'), { engine, set: ['data.cache.use=never'] }); // where items lie is free to change
    expect(weightsOf(place('stopped'))).toBe(weightsOf(place('memory')));
    memory.isEnough = true;
  });
}
