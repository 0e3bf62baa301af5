import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planRecipe } from '../../core/recipe/plan.js';
import { builtIn } from '../../plugins/index.js';
import { folderOf } from './fixtures/files.js';

async function told(loss: string, memory: string): Promise<string[]> {
  const recipe = `version: 1\nname: a\ndata: { source: synthetic }\nencoder: { type: mlp, normalize: true }\nloss: ${loss}\ntrain: { batchSize: 32, memory: ${memory} }\n`;
  const { problems } = await planRecipe(join(folderOf({ 'r.yaml': recipe }), 'r.yaml'), { registry: builtIn });
  return problems.map(({ code, path, message, place }) => `${place?.line} ${path} ${code} ${message}`);
}

describe('train.memory', () => {
  it('is for losses that compare a batch with more than itself', async () => {
    expect(await told('supcon', '{ size: 64, warmup: 10 }')).toEqual([]);
    expect(await told('contrastive', 'off')).toEqual([]);
    expect(await told('triplet', '{ size: 64 }')).toEqual([
      '6 train.memory UNUSED_SETTING train.memory is for losses that compare a batch with more than itself; triplet does not',
    ]);
    expect(await told('[{ type: triplet }, { type: supcon }]', '{ size: 64 }')).toEqual([]); // one of them takes it
  });

  it('holds at least a batch', async () => {
    expect(await told('supcon', '{ size: 32 }')).toEqual([]);
    expect(await told('supcon', '{ size: 31 }')).toEqual([
      '6 train.memory.size VALUE_RANGE train.memory.size is 31, less than train.batchSize, 32: a batch must fit in the memory',
    ]);
  });
});
