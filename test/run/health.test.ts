import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recipeFile } from '../recipes/recipes.js';
import { runRecipe } from './running.js';

const folder = mkdtempSync(join(tmpdir(), 'siamese-health-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const short = ['evaluate.baselines=off', 'evaluate.metrics=[verification]'];
const healthOf = async (name: string, set: readonly string[]) => {
  const { lines } = await runRecipe(recipeFile(`tiny/${name}`), {
    out: join(folder, String(set)),
    set: [...short, ...set],
  });
  return lines.filter(({ kind }) => kind === 'health').map((line) => `${line['name']} ${line['key']}`);
};

describe('health of a run, in metrics.jsonl', () => {
  it('says nothing of a sound training', async () => {
    expect(await healthOf('unseen-groups', ['train.epochs=5'])).toEqual([]);
  });

  it('names a collapse: where nothing pushes, everything is pulled together', async () => {
    const set = ['loss.margin=0.0001', 'encoder.normalize=false', 'distance=euclidean', 'train.epochs=25', 'optimizer.learningRate=0.03']; // biome-ignore format: one case
    expect(await healthOf('unseen-groups', set)).toContain('collapse optimizer.learningRate');
  });
});
