import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { loadModel } from '../../core/run/model.js';
import { recipeFile, stepsAlone } from '../recipes/recipes.js';
import { onEngine, temporaryFolder } from './command.js';
import { type Ran, runRecipe } from './running.js';

/** 20 compiled steps are 20 eager ones, for every tiny recipe: losses to 1e-5 relative, weights to 1e-4. */
const folder = temporaryFolder();

const recipes = readdirSync(fileURLToPath(new URL('../../recipes/tiny', import.meta.url)))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));

/**
 * Some weights change nothing, as a bias before batch normalisation: Adam would turn the rounding of their gradients into
 * steps of full length.
 */
const plain = new Set(['sequential-glyphs', 'phrases', 'marks', 'mirrored-marks']);
const descent = 'optimizer={ type: sgd, learningRate: 0.05 }';

const lossesOf = ({ lines }: Ran): number[] =>
  lines.filter(({ kind }) => kind === 'step').map(({ loss }) => loss as number);

describe('compiled steps', () => {
  for (const recipe of recipes) {
    onEngine('native', `of ${recipe} are its eager ones`, async () => {
      const run = (compile: string): Promise<Ran> =>
        runRecipe(recipeFile(`tiny/${recipe}`), {
          out: join(folder, `${recipe}-${compile}`),
          engine: 'native',
          set: [
            'train.steps=20',
            'train.stepsPerEpoch=20',
            `engine.compile=${compile}`,
            ...stepsAlone(recipe),
            ...(plain.has(recipe) ? [descent] : []),
          ],
        });
      const [compiled, eager] = [await run('required'), await run('off')];
      expect([compiled.result.engine.compiled, eager.result.engine.compiled]).toEqual([true, false]);
      expect(lossesOf(compiled)).toHaveLength(20);
      lossesOf(compiled).forEach((loss, i) => {
        const expected = lossesOf(eager)[i]!;
        expect(Math.abs(loss - expected), `loss of step ${i + 1}`).toBeLessThanOrEqual(
          1e-5 * Math.abs(expected) + 1e-7,
        );
      });
      const [ours, theirs] = await Promise.all([compiled, eager].map(({ folder: at }) => loadModel(join(at, 'model'))));
      for (const [name, { values }] of Object.entries(theirs!.weights)) {
        const own = ours!.weights[name]!.values;
        const apart = values.reduce((most, value, i) => Math.max(most, Math.abs(value - own[i]!)), 0);
        expect(apart, name).toBeLessThan(1e-4);
      }
    });
  }
});
