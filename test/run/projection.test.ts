import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSafetensors } from '../../core/files/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { printPlan } from '../../core/recipe/print.js';
import { evaluateRun } from '../../core/run/evaluate-run.js';
import { readJson } from '../../core/run/model.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile } from '../recipes/recipes.js';
import { temporaryFolder } from './command.js';
import { runRecipe, silent } from './running.js';

const folder = temporaryFolder();
const file = recipeFile('tiny/projected');

it('a projection is trained and saved, and evaluation measures the embeddings before it', async () => {
  const out = join(folder, 'projected');
  const { result } = await runRecipe(file, { out });
  const { tensors } = await readSafetensors(join(out, 'model/weights.safetensors'));
  expect([...tensors].map(([name, { shape }]) => `${name} [${shape}]`)).toEqual([
    'encoder.projection/dense-1/bias [16]',
    'encoder.projection/dense-1/kernel [8,16]',
    'encoder.projection/dense-2/bias [4]',
    'encoder.projection/dense-2/kernel [16,4]',
    'encoder/dense-1/bias [8]',
    'encoder/dense-1/kernel [8,8]',
  ].sort((a, b) => [...tensors.keys()].indexOf(a.split(' ')[0]!) - [...tensors.keys()].indexOf(b.split(' ')[0]!))); // biome-ignore format: a list
  const bias = tensors.get('encoder.projection/dense-2/bias')!.data as Float32Array;
  expect(bias.some((value) => value !== 0)).toBe(true);
  expect(await readJson(join(out, 'model/model.json'))).toMatchObject({ dimensions: 8 });
  const evaluated = await evaluateRun({ folder: out, builtIn, engine: null, signal: new AbortController().signal, note: () => {}, log: silent }); // biome-ignore format: one call
  expect(evaluated.evaluated.test).toEqual(result.test);
});

it('what learns from projected embeddings is refused, and what takes no vectors', async () => {
  const messages = async (...set: string[]): Promise<string[]> =>
    (await planRecipe(file, { registry: builtIn, set })).problems.map(
      ({ code, message }) => `${code} ${message.split(' (')[0]}`,
    );
  expect(await messages('distance=mahalanobis')).toEqual([
    expect.stringMatching(/^GEOMETRY_DISTANCE distance mahalanobis learns from projected embeddings, but evaluation/),
  ]);
  expect(await messages('encoder.projection={ type: conv, normalize: true }')).toEqual([
    expect.stringMatching(/^ENCODER_INPUT encoder conv takes image or sequence, but a projection gets embeddings/),
  ]);
});

it('the plan prints it, and plans to itself', async () => {
  const { planned } = await planRecipe(file, { registry: builtIn });
  expect(printPlan(planned!)).toMatch(/projection:\n {4}type: mlp/);
});
