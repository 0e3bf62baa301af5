import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
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
      'DATA_GROUPS sampler class-balanced cannot draw from the training part: no group has items that differ in "group", and positivesAcross asks for such positive pairs (from --set sampler={ type: class-balanced, positivesAcross: group })',
    ]);
  });
});

describe('what is evaluated and held is known before the run', () => {
  const forged = join(folder, 'forged.csv');
  const rows = range(240).map((row) => `${row % 12},${row % 4 === 3 ? 'forged' : 'genuine'},${row % 7},${row % 5}`);
  writeFileSync(forged, ['signer,kind,a,b', ...rows].join('\n'));
  writeFileSync(
    join(folder, 'forged.yaml'),
    `version: 1
name: forged
data:
  source: { type: table, path: forged.csv, group: signer }
  relations: { impostor: { column: kind, equals: forged } }
  fields: { values: { kind: vector, columns: [a, b] } }
  split: { type: unseen-groups, validation: 0.25, test: 0.25 }
encoder: { type: dense, dimensions: 2 }
loss: contrastive
train: { epochs: 1, batchSize: 16 }
`,
  );
  writeFileSync(
    join(folder, 'large.yaml'),
    `version: 1
name: large
data: { source: { type: synthetic, groups: 16, perGroup: 512, shape: [4] }, split: none }
encoder: { type: dense, dimensions: 2 }
loss: { type: triplet, mining: all }
`,
  );
  const forecastOf = async (set: readonly string[], file = join(folder, 'forged.yaml')) => {
    const { planned, registry, problems } = await planRecipe(file, { registry: builtIn, set });
    expect(problems).toEqual([]);
    return forecast({ planned: planned!, registry: registry!, log: silent, signal: new AbortController().signal });
  };

  it.each(['all', 'balanced'])('the pairs of evaluate.pairs %s, those with impostors too', async (type) => {
    const set = [`evaluate.pairs={ type: ${type} }`];
    const { evaluationPairs } = await forecastOf(set);
    const out = join(folder, `forged-${type}`);
    const { result } = await runRecipe(join(folder, 'forged.yaml'), { out, set: [...set, ...short.slice(0, 2)] });
    expect(evaluationPairs!.test).toBe(result.evaluation!.pairs);
  });

  it('the triplets that a loss makes of a batch', async () => {
    const batch = async (set: readonly string[], file = recipeFile('tiny/semi-hard-triplets')) => {
      const { needs, problems } = await forecastOf(set, file);
      return {
        bytes: needs.find(({ what }) => what === 'loss triplet on a batch')?.bytes,
        problems: problems.filter(({ code }) => code === 'MEMORY').map(({ message }) => message),
      };
    };
    expect(await batch([])).toEqual({ bytes: 4 * 4 * 48 ** 2 * 4, problems: [] }); // three positives each: four columns
    expect((await batch(['loss.margin=soft'])).bytes).toBe(13 * 4 * 48 ** 2 * 4);
    expect((await batch(['loss.mining=hard'])).bytes).toBeUndefined();
    const large = await batch(
      ['train.batchSize=4096', 'sampler={ type: class-balanced, perGroup: 512 }'],
      join(folder, 'large.yaml'),
    );
    expect(large.problems).toHaveLength(1);
    expect(large.problems[0]).toMatch(
      /the most of it is loss triplet on a batch \(\d+(\.\d)? GiB\) \(from --set train\.batchSize=4096\)$/,
    );
  });
});
