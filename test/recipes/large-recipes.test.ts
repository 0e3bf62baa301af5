import { describe, expect, it } from 'vitest';
import { figureAt, runRecipe } from '../run/running.js';
import { dataFor, largeRecipes, recipeFile, temporaryFolder } from './recipes.js';

const folder = temporaryFolder();

/** The large recipes, cut short: how, and what they reach all the same. Untrained they reach 0.52, 0.85, 0.8 and 0.63. */
const small: Readonly<
  Record<string, { readonly set: readonly string[]; readonly path: string; readonly bound: number }>
> = {
  'dense-concat-bce': { set: ['train.epochs=4'], path: 'verification.rocAuc', bound: 0.9 },
  'cosine-regression-mse': { set: ['train.epochs=8'], path: 'regression.mae', bound: 0.3 },
  'mnist-contrastive': {
    set: [
      'train.steps=20',
      'evaluate.metrics=[verification]',
      'evaluate.pairs={ type: balanced, count: 2000 }',
      'evaluate.baselines=off',
    ],
    path: 'verification.rocAuc',
    bound: 0.9,
  },
  'mnist-triplet': {
    set: [
      'train.steps=20',
      'train.monitor=verification.rocAuc',
      'evaluate.metrics=[verification]',
      'evaluate.pairs={ type: balanced, count: 2000 }',
      'evaluate.baselines=off',
    ],
    path: 'verification.rocAuc',
    bound: 0.9,
  },
  'emoji-cross-style': {
    set: ['train.epochs=6', 'train.batchSize=64', 'data.fields.drawing.size=[8, 8]', 'evaluate.baselines=off'],
    path: 'retrieval.recallAt1',
    bound: 0.9,
  },
  'movies-two-tower': { set: ['train.epochs=8', 'train.batchSize=64'], path: 'retrieval.recallAt10', bound: 0.3 },
  'febrl-records': {
    set: [
      'train.epochs=4',
      'train.batchSize=32',
      'optimizer.learningRate=0.001',
      'encoder.encoders.record.width=64',
      'encoder.encoders.record.dimensions=64',
    ],
    path: 'verification.f1',
    bound: 0.7,
  },
  'city-names': {
    set: ['train.epochs=12', 'train.batchSize=64', 'encoder.filters=32', 'encoder.hidden=[]', 'encoder.dimensions=32'],
    path: 'retrieval.recallAt1',
    bound: 0.3,
  },
  'streamed-random-pairs': {
    set: ['train.epochs=8', 'data.shuffleBuffer=1500'],
    path: 'verification.rocAuc',
    bound: 0.8,
  },
};

describe('the large recipes in a small form', () => {
  it('are all of them', () => expect(Object.keys(small).sort()).toEqual([...largeRecipes].sort()));

  it.each(Object.entries(small))('%s', async (name, { set, path, bound }) => {
    const { result, warnings } = await runRecipe(recipeFile(name), {
      out: `${folder}/${name}`,
      set: [...dataFor(name, folder), ...set],
    });
    expect(warnings).toEqual([]);
    expect(result.status).toBe('completed');
    const value = figureAt(result.test, path)!;
    if (path === 'regression.mae') expect(value).toBeLessThan(bound);
    else expect(value).toBeGreaterThan(bound);
  });
});
