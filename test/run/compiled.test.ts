import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { loadModel } from '../../core/run/model.js';
import { recipeFile, stepsAlone, tinyRecipes } from '../recipes/recipes.js';
import { onEngine, temporaryFolder } from './command.js';
import { type Ran, runRecipe } from './running.js';

/**
 * For every tiny recipe: 20 compiled steps are 20 eager ones, losses to 1e-5 relative and weights to 1e-4; the portable
 * engine loses the same in the first of them, to 5e-5.
 */
const folder = temporaryFolder();

/**
 * Some weights change nothing, as a bias before batch normalisation: Adam would turn the rounding of their gradients into
 * steps of full length.
 */
const plain = new Set(
  ['sequential-glyphs', 'phrases', 'marks', 'mirrored-marks', 'residual-glyphs'].map((name) => `tiny/${name}`),
);
const descent = 'optimizer={ type: sgd, learningRate: 0.05 }';
const PORTABLE_STEPS = 6;

const lossesOf = ({ lines }: Ran): number[] =>
  lines.filter(({ kind }) => kind === 'step').map(({ loss }) => loss as number);

describe('compiled steps', () => {
  for (const recipe of tinyRecipes) {
    onEngine('native', `of ${recipe} are its eager ones, and those of the portable engine`, async () => {
      const set = [
        'train.steps=20',
        'train.stepsPerEpoch=20',
        ...stepsAlone(recipe),
        ...(plain.has(recipe) ? [descent] : []),
      ];
      const native = (compile: string): Promise<Ran> => {
        const out = join(folder, `${recipe}-${compile}`);
        return runRecipe(recipeFile(recipe), { out, engine: 'native', set: [...set, `engine.compile=${compile}`] });
      };
      const [compiled, eager] = [await native('required'), await native('off')];
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

      const out = join(folder, `${recipe}-portable`);
      const portable = await runRecipe(recipeFile(recipe), { out, engine: 'portable', set, stopAt: PORTABLE_STEPS });
      expect(portable.result.engine).toMatchObject({ name: 'portable', tensorflow: null });
      const seen = lossesOf(portable);
      expect(seen).toHaveLength(PORTABLE_STEPS);
      for (const [i, loss] of seen.entries())
        expect(loss / lossesOf(eager)[i]!, `loss of step ${i + 1}, portable`).toBeCloseTo(1, 4);
    });
  }

  onEngine('native', 'are the same where TensorFlow rewrites the graph, as it does for a long training', async () => {
    const steps = (name: string, set: readonly string[]): Promise<Ran> => {
      const how = [...set, ...stepsAlone('tiny/glyphs')];
      return runRecipe(recipeFile('tiny/glyphs'), { out: join(folder, name), engine: 'native', set: how, stopAt: 20 });
    };
    const long = await steps('long', ['train.epochs=1000000', 'engine.compile=required']);
    const eager = await steps('long-eager', ['train.epochs=1000000', 'engine.compile=off']);
    expect(lossesOf(long)).toHaveLength(20);
    lossesOf(long).forEach((loss, i) => {
      const expected = lossesOf(eager)[i]!;
      expect(Math.abs(loss - expected), `loss of step ${i + 1}`).toBeLessThanOrEqual(1e-5 * Math.abs(expected) + 1e-7);
    });
  });
});
