import { join } from 'node:path';
import { describe } from 'vitest';
import { recipeFile, stepsAlone } from '../recipes/recipes.js';
import { onEngine, temporaryFolder } from './command.js';
import { compareSteps, expectSameLosses } from './compiled-steps.js';
import { type Ran, runRecipe } from './running.js';

const folder = temporaryFolder();

/** Each unlike the others; test/full tries every tiny recipe. */
const recipes = [
  ...['accumulated', 'given-triplets', 'glyphs', 'hard-pairs', 'learned-distance', 'marks', 'micro-batches', 'phrases'],
  ...['proxies', 'recurrent-sequences', 'remembered', 'residual-glyphs', 'semi-hard-triplets', 'stream', 'two-towers'],
];

describe('compiled steps', () => {
  for (const recipe of recipes) {
    onEngine('native', `of tiny/${recipe} are its eager ones, and those of the portable engine`, () =>
      compareSteps(`tiny/${recipe}`),
    );
  }

  onEngine('native', 'are the same where TensorFlow rewrites the graph, as it does for a long training', async () => {
    const steps = (name: string, set: readonly string[]): Promise<Ran> => {
      const how = [...set, ...stepsAlone('tiny/glyphs')];
      return runRecipe(recipeFile('tiny/glyphs'), { out: join(folder, name), engine: 'native', set: how, stopAt: 20 });
    };
    const long = await steps('long', ['train.epochs=1000000', 'engine.compile=required']);
    const eager = await steps('long-eager', ['train.epochs=1000000', 'engine.compile=off']);
    expectSameLosses(long, eager);
  });
});
