import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../core/files/index.js';
import { runDifferences } from '../../core/run/identical.js';
import { recipesFolder } from '../recipes/recipes.js';
import { type Ran, resumeRecipe, runRecipe } from './running.js';

/** A batch whose loss is no number, skipped: eager and compiled, with averages that the forward pass moves. */
const folder = mkdtempSync(join(tmpdir(), 'siamese-skip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = readFileSync(join(recipesFolder, 'tiny/data/measurements.csv'), 'utf8').trimEnd().split('\n');
const evil = lines.findIndex((line) => line.split(',')[2] === 'train');
writeFileSync(
  join(folder, 'data.csv'),
  lines.map((line, i) => (i === evil ? line.replace(/,[^,]*$/, ',3e38') : line)).join('\n'),
);

const file = join(folder, 'recipe.yaml');
writeFileSync(
  file,
  `version: 1
name: skipping
seed: 3
data:
  source: { type: table, path: data.csv, group: group, key: sample }
  fields: { values: { kind: vector, columns: x* } }
  split: { type: given, column: part }
encoder: { type: mlp, hidden: [16], dimensions: 8, batchNormalization: true }
loss: contrastive
train: { epochs: 3, batchSize: 32, notFinite: skip, clipNorm: 1 }
evaluate: { baselines: off, metrics: [verification] }
`,
);

const weightsOf = async (run: string): Promise<number[]> =>
  [...(await readSafetensors(join(run, 'model/weights.safetensors'))).tensors.values()].flatMap(({ data }) =>
    Array.from(data as Float32Array),
  );

describe.each(['auto', 'off'])('train.notFinite: skip, compile: %s', (compile) => {
  const out = join(folder, `straight-${compile}`);
  const set = [`engine.compile=${compile}`];
  let ran: Ran;

  it('goes on, names the items, counts the batches, and keeps every weight and average a number', async () => {
    ran = await runRecipe(file, { out, set });
    const { result, lines: told } = ran;
    expect(result.status).toBe('completed');
    expect(result.engine.compiled).toBe(compile === 'auto' && result.engine.name === 'native');
    const skips = told.filter(({ kind }) => kind === 'skip');
    expect(skips.length).toBeGreaterThanOrEqual(3); // the item is drawn once an epoch as the left, and as some right
    expect(skips.length).toBeLessThan(10);
    const message = skips[0]!['message'] as string;
    expect(message).toMatch(
      /^a batch is skipped: the loss became NaN at step \d+, at a learning rate of [\d.]+; its batch holds .* more\. The field values of item s\d+ holds 3\.0+\d*e\+38$/,
    );
    expect(result.notes[0]).toBe(
      `warning: ${skips.length} of ${result.training.steps} batches changed nothing: their loss or gradient was no number; metrics.jsonl names their items`,
    );
    const weights = await weightsOf(out);
    expect(weights.length).toBeGreaterThan(100);
    expect(weights.every(Number.isFinite)).toBe(true);
    const epochs = told.filter(({ kind }) => kind === 'epoch').map(({ loss }) => loss as number);
    expect(epochs.every(Number.isFinite)).toBe(true);
    expect(epochs.at(-1)!).toBeLessThan(epochs[0]!); // it has learned
  });

  it('resumes exactly, what was skipped counted on', async () => {
    const stopped = join(folder, `stopped-${compile}`);
    await runRecipe(file, { out: stopped, set, stopAt: Math.floor(ran.result.training.steps / 2) });
    await resumeRecipe(stopped);
    expect(await runDifferences(out, stopped)).toEqual([]);
  });
});

it('eager and compiled steps skip the same batches and come to the same weights', async () => {
  const of = (compile: string): number[] =>
    readFileSync(join(folder, `straight-${compile}`, 'metrics.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; step: number })
      .flatMap(({ kind, step }) => (kind === 'skip' ? [step] : []));
  expect(of('auto')).toEqual(of('off'));
  const [compiled, eager] = [
    await weightsOf(join(folder, 'straight-auto')),
    await weightsOf(join(folder, 'straight-off')),
  ];
  for (const [i, value] of compiled.entries()) expect(Math.abs(value - eager[i]!)).toBeLessThan(1e-3);
});

it('stops by default, at the first such batch', async () => {
  const run = runRecipe(file, {
    out: join(folder, 'stops'),
    set: ['train.notFinite=stop', 'encoder.batchNormalization=false'],
  });
  await expect(run).rejects.toThrow(/LOSS_NOT_FINITE: the loss became (NaN|Infinity) at step \d+/);
});

it('stops where the loss is a number, but an average of the network is none any more', async () => {
  const run = runRecipe(file, { out: join(folder, 'poisoned'), set: ['train.notFinite=stop'] });
  await expect(run).rejects.toThrow(
    /LOSS_NOT_FINITE: the weight encoder\/.*moving\S* holds (NaN|Infinity|-Infinity), although the loss is a number/,
  );
});

it('ends where ten batches in a row are none: then it is not the batch', async () => {
  const set = ['optimizer.learningRate=1e30', 'train.clipNorm=null', 'engine.compile=off'];
  const run = runRecipe(file, { out: join(folder, 'diverges'), set });
  await expect(run).rejects.toThrow(/LOSS_NOT_FINITE/);
  const skips = readFileSync(join(folder, 'diverges', 'metrics.jsonl'), 'utf8').match(/"kind":"skip"/g)!;
  expect(skips.length).toBeGreaterThanOrEqual(9);
});
