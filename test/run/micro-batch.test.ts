import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Plugin } from '../../core/plugin/define.js';
import { view } from '../../core/plugin/view.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile, stepsAlone, temporaryFolder, tinyRecipes } from '../recipes/recipes.js';
import { apart, openRecipe, takeSteps } from '../train/recipe-steps.js';
import { availableBackends } from './backends.js';
import { runRecipe } from './running.js';

/** The gradient of a batch that is embedded in pieces is the plain one's, for every loss and every shape of a network. */
const folder = temporaryFolder();
const backends = await availableBackends();

const labelled = builtIn.filter((plugin): plugin is Plugin<'loss'> => {
  if (plugin.kind !== 'loss') return false;
  const { needs } = view(plugin as Plugin<'loss'>);
  return 'embeddings' in needs && [needs.embeddings].flat().includes('labelled-batch');
});
const onBatches = [...labelled.map(({ name }) => name), '{ type: triplet, mining: hard }'];
const ofEachKind = new Set(['supcon', 'arcface', 'multiple-negatives-ranking']);
const onPairs = ['contrastive', 'cosine-embedding', 'multiple-negatives-ranking', 'online-contrastive', 'bce'];

function recipeOf(loss: string, sampler: string): string {
  const file = join(folder, `${loss.replace(/\W+/g, '-')}.yaml`);
  const recipe = `version: 1
name: pieces
seed: 3
data: { source: { type: synthetic, groups: 6, perGroup: 6, shape: [5], noise: 0.5 }, split: none }
encoder: { type: mlp, hidden: [7], dimensions: 4, activation: tanh }
loss: ${loss}
sampler: ${sampler}
train: { batchSize: 16, monitor: off }
evaluate: { baselines: off, threshold: off }
`;
  writeFileSync(file, recipe);
  return file;
}

async function compare(file: string, set: readonly string[], ways: readonly { compiled: boolean }[]): Promise<void> {
  const opened = await openRecipe(file, set);
  const feeds = await opened.feeds(2);
  const rows = feeds[0]!.batch.count;
  for (const way of ways) {
    const plain = await takeSteps(opened, feeds, way);
    const pieces = await takeSteps(opened, feeds, { ...way, microBatch: Math.max(1, Math.floor(rows / 3)) }); // the last is short
    plain.losses.forEach((loss, i) => {
      expect(Math.abs(pieces.losses[i]! - loss)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(loss)));
    });
    expect(Math.hypot(...Object.values(plain.gradients).flat())).toBeGreaterThan(0);
    expect(apart(pieces.gradients, plain.gradients)).toBeLessThan(1e-5);
  }
  await opened.close();
}

/** Both passes over a piece draw the same, or the loss would not be what its gradient is of: a step repeats itself. */
async function differsAndRepeats(recipe: string): Promise<void> {
  const opened = await openRecipe(recipeFile(recipe), stepsAlone(recipe));
  const feeds = await opened.feeds(1);
  const plain = await takeSteps(opened, feeds);
  const [once, again] = [
    await takeSteps(opened, feeds, { microBatch: 3 }),
    await takeSteps(opened, feeds, { microBatch: 3 }),
  ];
  expect(once).toEqual(again);
  expect(once.losses).not.toEqual(plain.losses);
  await opened.close();
}

describe.each(backends)('in pieces, on $name', ({ name, open }) => {
  beforeAll(open);
  const ways = name === 'native' ? [{ compiled: false }, { compiled: true }] : [{ compiled: false }];
  // every loss once; one of each kind on the other backends
  const some = (losses: readonly string[]): readonly string[] =>
    name === 'cpu' ? losses : losses.filter((loss) => ofEachKind.has(loss));

  it.each(some(onBatches))('%s on a labelled batch', async (loss) => {
    await compare(recipeOf(loss, '{ type: class-balanced, perGroup: 4 }'), [], ways);
  });

  it.each(some(onPairs))('%s on pairs', async (loss) => {
    await compare(recipeOf(loss, 'balanced-pairs'), [], ways);
  });
});

/** Layers that draw give a piece other numbers than the batch; the encoders of the rest normalise over the batch. */
const drawing = ['glyphs', 'npz-pairs', 'table'];

describe('in pieces, every tiny recipe', () => {
  beforeAll(() => backends.at(-1)!.open());

  it.each(tinyRecipes)('%s', async (recipe) => {
    const name = recipe.replace('tiny/', '');
    const opened = await openRecipe(recipeFile(recipe), stepsAlone(recipe));
    const { left, right } = opened.session.network;
    const dependsOnBatch = left.dependsOnBatch || right.dependsOnBatch;
    await opened.close();
    if (dependsOnBatch) {
      const pieces = [...stepsAlone(recipe), 'train.microBatch=3'];
      await expect(runRecipe(recipeFile(recipe), { out: join(folder, name), set: pieces })).rejects.toThrow(
        /VALUE_CHOICE/,
      );
    } else if (drawing.includes(name)) await differsAndRepeats(recipe);
    else await compare(recipeFile(recipe), stepsAlone(recipe), [{ compiled: false }]);
  });
});
