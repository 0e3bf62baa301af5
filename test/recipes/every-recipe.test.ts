import { readFileSync } from 'node:fs';
import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { planRecipe } from '../../core/recipe/plan.js';
import { forecast } from '../../core/run/forecast.js';
import { builtIn } from '../../plugins/index.js';
import { figureAt, runRecipe, silent } from '../run/running.js';
import { dataFor, isKept, largeRecipes, promisedBy, recipeFile, temporaryFolder, tinyRecipes } from './recipes.js';

const folder = temporaryFolder();

describe.each([...tinyRecipes, ...largeRecipes])('%s', (name) => {
  const text = readFileSync(recipeFile(name), 'utf8');

  it('names its schema, what it needs, how long it takes and what it reaches', () => {
    const schema = `${name.startsWith('tiny/') ? '../..' : '..'}/schemas/recipe.bundle.schema.json`;
    expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${schema}`);
    for (const word of ['needs   ', 'takes   ', 'reaches ']) expect(text).toContain(`\n#   ${word} `);
    expect(promisedBy(name).bound).toBeGreaterThan(0);
  });

  it('validates and plans without a warning', async () => {
    const { planned, problems, registry } = await planRecipe(recipeFile(name), {
      registry: builtIn,
      set: dataFor(name, folder),
    });
    expect(problems).toEqual([]);
    const { signal } = new AbortController();
    const foreseen = await forecast({ planned: planned!, registry: registry!, log: silent, signal });
    expect(foreseen.problems).toEqual([]);
  });
});

describe('trained for real', () => {
  it.each(tinyRecipes)('%s reaches what it says, and leaves no tensor behind', async (name) => {
    const before = tfc.memory().numTensors;
    const { result, lines } = await runRecipe(recipeFile(name), { out: `${folder}/${name}` });
    expect(tfc.memory().numTensors).toBe(before);
    const promised = promisedBy(name);
    const value =
      promised.path === 'training.loss'
        ? (lines.findLast(({ kind }) => kind === 'epoch')!['loss'] as number)
        : figureAt(result.test, promised.path);
    expect(value, `${promised.path} of the test part`).not.toBeNull();
    expect(isKept(promised, value!), `${promised.path} ${promised.sign} ${promised.bound}, got ${value}`).toBe(true);
    const untrained = figureAt(result.baselines.untrainedEncoder, promised.path);
    if (untrained !== null) expect(isKept(promised, untrained), `untrained: ${untrained}`).toBe(false);
    else expect(promised.path).toBe('training.loss'); // where nothing is tested
  });
});
