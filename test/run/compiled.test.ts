import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { openStream } from '../../core/random/index.js';
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

  onEngine('native', 'are compiled for every number of positives that an item may have', async () => {
    // twelve draws of four items a batch: of the first group two or three, of the others one or two
    const sizes = [25, 19, 19, 19, 19, 19];
    const groups = sizes.flatMap((size, group) => Array.from({ length: size }, () => group));
    const draw = openStream(5, 'uneven').draw(0);
    const rows = groups.map(
      (group) => `g${group},${[0, 1, 2].map((k) => draw.normal() + Number(group % 3 === k)).join(',')}`,
    );
    writeFileSync(join(folder, 'uneven.csv'), `group,x,y,z\n${rows.join('\n')}\n`);
    const recipe = `version: 1
name: uneven
data:
  source: { type: table, path: uneven.csv, group: group }
  fields: { values: { kind: vector, columns: [x, y, z] } }
  split: none
encoder: { type: dense, dimensions: 4 }
distance: euclidean
loss: { type: triplet, margin: 0.3, mining: semi-hard }
sampler: { type: weighted-groups, perGroup: 4, weight: frequency }
optimizer: { type: adam, learningRate: 0.01 }
train: { steps: 20, stepsPerEpoch: 20, batchSize: 48 }
`;
    writeFileSync(join(folder, 'uneven.yaml'), recipe);
    const steps = (compile: string): Promise<Ran> => {
      const out = join(folder, `uneven-${compile}`);
      return runRecipe(join(folder, 'uneven.yaml'), { out, engine: 'native', set: [`engine.compile=${compile}`] });
    };
    const [compiled, eager] = [await steps('required'), await steps('off')];
    expectSameLosses(compiled, eager);
    const state = readFileSync(join(compiled.folder, 'checkpoints', 'step-00000020', 'state.json'), 'utf8');
    const { forms } = JSON.parse(state).carried.step;
    expect(forms.map((form: string) => form.match(/\d+ positives/)?.[0]).sort()).toEqual([
      '16 positives',
      '8 positives',
    ]);
  });

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
