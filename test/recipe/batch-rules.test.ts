import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planRecipe } from '../../core/recipe/plan.js';
import { builtIn } from '../../plugins/index.js';
import { folderOf } from './fixtures/files.js';

async function told(lines: string): Promise<string[]> {
  const recipe = `version: 1\nname: a\ndata: { source: synthetic }\n${lines}\n`;
  const { problems } = await planRecipe(join(folderOf({ 'r.yaml': recipe }), 'r.yaml'), { registry: builtIn });
  return problems.map(
    ({ severity, code, path, message, place }) =>
      `${place?.line}:${place?.column} ${path} ${severity} ${code} ${message}`,
  );
}
const accumulating = (loss: string, more = ''): Promise<string[]> =>
  told(`encoder: { type: mlp, normalize: true }\nloss: ${loss}\n${more}train: { accumulate: 4 }`);

describe('train.accumulate', () => {
  it.each(['contrastive', 'bce', 'normalized-softmax', 'arcface', 'proxy-anchor'])('is nothing to %s', async (loss) => {
    expect(await accumulating(loss)).toEqual([]);
  });

  it.each([
    'supcon',
    'triplet',
    'fast-ap',
    '{ type: margin, learned: one }',
    'multiple-negatives-ranking',
    'online-contrastive',
  ])('is questioned with %s, which compares the rows of one batch', async (loss) => {
    const name = /type: ([\w-]+)/.exec(loss)?.[1] ?? loss;
    expect(await accumulating(loss)).toEqual([
      `6:22 train.accumulate warning GEOMETRY_SAMPLER train.accumulate averages the gradients of 4 batches, but loss ${name} compares only the rows of one batch with one another: negatives stay as few`,
    ]);
  });

  it('is nothing to triplets that are given', async () => {
    expect(await accumulating('triplet', 'sampler: random-triplets\n')).toEqual([]);
  });
});

describe('train.microBatch', () => {
  const pieces = (encoder: string, train = 'microBatch: 8'): Promise<string[]> =>
    told(`encoder: ${encoder}\nloss: supcon\ntrain: { batchSize: 32, ${train} }`);

  it('is a part of a batch', async () => {
    expect(await pieces('mlp')).toEqual([]);
    expect(await pieces('mlp', 'microBatch: 32')).toEqual([
      '6:25 train.microBatch error UNUSED_SETTING train.microBatch is 32, not less than train.batchSize, 32: a batch is then a single piece',
    ]);
  });

  it('leaves nothing to normalise over a batch', async () => {
    const message = (path: string): string =>
      `${path}.batchNormalization error VALUE_CHOICE ${path}.batchNormalization is true, but with train.microBatch the encoder sees 8 rows at a time: it would normalise over those, not over the batch; one of the two must go`;
    expect(await pieces('{ type: mlp, batchNormalization: true }')).toEqual([`4:43 ${message('encoder')}`]);
    const projected = '{ type: mlp, projection: { type: mlp, batchNormalization: true } }';
    expect(await pieces(projected)).toEqual([`4:68 ${message('encoder.projection')}`]);
    expect(await pieces('{ type: mlp, batchNormalization: true }', 'microBatch: null')).toEqual([]);
  });
});

describe('a margin between directions', () => {
  const words = (loss: string, encoder: string): string =>
    `GEOMETRY_DISTANCE loss ${loss} has a margin between directions, but ${encoder} leaves embeddings of any length: they grow as they are trained, which slows training down, and mean something else to whoever compares them otherwise`;
  const directed = (loss: string, encoder: string, distance: string): Promise<string[]> =>
    told(`encoder: ${encoder}\nloss: ${loss}\ndistance: ${distance}`);

  it.each([
    ['arcface', 'cosine', 'arcface', '5:7'],
    ['cosface', 'cosine', 'cosface', '5:7'],
    ['{ type: contrastive, margin: 0.3 }', 'cosine', 'contrastive', '5:15'],
    ['{ type: triplet, margin: 0.2 }', 'angular', 'triplet', '5:15'],
    ['{ type: cosine-embedding, margin: 0.2 }', 'cosine', 'cosine-embedding', '5:15'],
  ])('%s by %s is questioned where embeddings are of any length', async (loss, distance, name, place) => {
    expect(await directed(loss, 'mlp', distance)).toEqual([`${place} loss warning ${words(name, 'encoder')}`]);
    expect(await directed(loss, '{ type: mlp, normalize: true }', distance)).toEqual([]);
  });

  it('is none without a margin, or by a distance that heeds length', async () => {
    expect(await directed('supcon', 'mlp', 'cosine')).toEqual([]);
    expect(await directed('{ type: cosine-embedding, margin: 0 }', 'mlp', 'cosine')).toEqual([]);
    expect(await directed('contrastive', 'mlp', 'euclidean')).toEqual([]);
    expect(await directed('contrastive', 'mlp', 'negative-dot')).toEqual([]);
  });

  it('is of what the loss sees: the projection, each tower', async () => {
    const projected = '{ type: mlp, normalize: true, projection: mlp }';
    expect(await directed('arcface', projected, 'cosine')).toEqual([`5:7 loss warning ${words('arcface', 'encoder.projection')}`]); // biome-ignore format: one line
  });
});
