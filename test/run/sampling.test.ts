import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planRecipe } from '../../core/recipe/plan.js';
import { forecast } from '../../core/run/forecast.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile } from '../recipes/recipes.js';
import { runRecipe, silent } from './running.js';

const folder = mkdtempSync(join(tmpdir(), 'siamese-sampling-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function foreseen(name: string, set: readonly string[]) {
  const { planned, registry, problems } = await planRecipe(recipeFile(`tiny/${name}`), { registry: builtIn, set });
  expect(problems).toEqual([]);
  const { signal } = new AbortController();
  return forecast({ planned: planned!, registry: registry!, log: silent, signal });
}
const short = ['evaluate.baselines=off', 'evaluate.metrics=[verification]', 'train.epochs=2'];

describe('what samplers of groups do is known before the run', () => {
  it.each([
    ['class-balanced', '{ type: class-balanced, positivesAcross: part }', 8],
    ['class-balanced', '{ type: weighted-groups, positivesAcross: part }', 8],
    ['unseen-groups', '{ type: balanced-pairs, positivesAcross: part }', 9],
    ['unseen-groups', '{ type: hard-pairs, positivesAcross: part, ranks: [1, 5] }', 9],
  ])('%s with %s', async (name, sampler, batches) => {
    const set = [`sampler=${sampler}`];
    const { sampled, problems } = await foreseen(name, set);
    expect(problems).toEqual([]);
    expect(sampled!.batches).toBe(batches);
    expect(sampled!.positives).toBeGreaterThan(0.05);
    const { result } = await runRecipe(recipeFile(`tiny/${name}`), {
      out: join(folder, sampler),
      set: [...set, ...short],
    });
    expect(result.training.steps).toBe(2 * batches);
  });

  it('is refused in words where it cannot be', async () => {
    const first = async (set: readonly string[]) => {
      const { problems } = await foreseen('class-balanced', set);
      return problems.map(({ code, message }) => `${code} ${message}`);
    };
    expect(await first(['train.batchSize=30'])).toEqual([
      'SAMPLER sampler class-balanced cannot draw from the training part: train.batchSize is 30, no multiple of perGroup 4: it must be 28 or 32',
    ]);
    expect(await first(['sampler={ type: class-balanced, positivesAcross: group }'])).toEqual([
      'DATA_GROUPS sampler class-balanced cannot draw from the training part: no group has items that differ in "group", and positivesAcross asks for such positive pairs',
    ]);
  });
});
