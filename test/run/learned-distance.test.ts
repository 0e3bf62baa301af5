import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSafetensors } from '../../core/files/index.js';
import { evaluateRun } from '../../core/run/evaluate-run.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile } from '../recipes/recipes.js';
import { temporaryFolder } from './command.js';
import { runRecipe, silent } from './running.js';

const folder = temporaryFolder();
const evaluated = async (run: string) =>
  (await evaluateRun({
    folder: run,
    builtIn,
    engine: null,
    signal: new AbortController().signal,
    note: () => {},
    log: silent,
  })).evaluated; // biome-ignore format: one call

it('a learned distance is trained, saved with the model, and used by evaluate; the raw input is measured by the euclidean', async () => {
  const out = join(folder, 'learned');
  const set = ['train.epochs=3'];
  const { result } = await runRecipe(recipeFile('tiny/learned-distance'), { out, set });
  const saved = await readSafetensors(join(out, 'model/weights.safetensors'));
  const { shape, data } = saved.tensors.get('distance/transform')!;
  expect(shape).toEqual([6, 6]);
  const moved = Array.from(data as Float32Array, (value, i) => Math.abs(value - (i % 7 === 0 ? 1 : 0)));
  expect(Math.min(...moved)).toBeGreaterThan(0);
  expect(Math.max(...moved)).toBeGreaterThan(0.01);
  const again = await evaluated(out);
  expect(again.test).toEqual(result.test);
  expect(again.validation).toEqual(result.validation);
  const plain = await runRecipe(recipeFile('tiny/learned-distance'), {
    out: join(folder, 'euclidean'),
    set: [...set, 'distance=euclidean'],
  });
  expect(result.baselines.rawInput).toEqual(plain.result.baselines.rawInput);
  expect(result.baselines.untrainedEncoder).toEqual(plain.result.baselines.untrainedEncoder); // L begins as the identity
  expect(result.test).not.toEqual(plain.result.test);
});

it('an asymmetric distance is evaluated as it was in the run', async () => {
  const out = join(folder, 'snr');
  const { result } = await runRecipe(recipeFile('tiny/signal-to-noise'), { out, set: ['train.epochs=2'] });
  expect((await evaluated(out)).test).toEqual(result.test);
});

it('two towers are trained apart, saved apart, and evaluated from the run', async () => {
  const out = join(folder, 'towers');
  const set = ['train.epochs=2', 'optimizer.scales."encoder.right"=0'];
  const { result } = await runRecipe(recipeFile('tiny/two-towers'), { out, set });
  const { tensors } = await readSafetensors(join(out, 'model/weights.safetensors'));
  expect([...tensors].map(([name, tensor]) => `${name} [${tensor.shape}]`).sort()).toEqual([
    'encoder.left/dense-1/bias [32]',
    'encoder.left/dense-1/kernel [5,32]',
    'encoder.left/dense-2/bias [8]',
    'encoder.left/dense-2/kernel [32,8]',
    'encoder.right/dense-1/bias [8]',
    'encoder.right/dense-1/kernel [7,8]',
  ]);
  const bias = (name: string): number[] => Array.from(tensors.get(name)!.data as Float32Array);
  expect(bias('encoder.right/dense-1/bias')).toEqual(new Array(8).fill(0)); // a scale of 0 freezes that tower
  expect(bias('encoder.left/dense-2/bias').some((value) => value !== 0)).toBe(true);
  expect((await evaluated(out)).test).toEqual(result.test);
});
