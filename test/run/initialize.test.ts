import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from './command.js';
import { runRecipe } from './running.js';

const folder = temporaryFolder();
const recipe = (name: string, encoder: string): string => {
  const file = join(folder, `${name}.yaml`);
  const data = 'data: { source: { type: synthetic, groups: 9, perGroup: 20 } }';
  writeFileSync(
    file,
    `version: 1\nname: ${name}\n${data}\nencoder: ${encoder}\nloss: contrastive\ntrain: { steps: 5, batchSize: 16 }\n`,
  );
  return file;
};
const weightsOf = (name: string): Buffer => readFileSync(join(folder, name, 'model/weights.safetensors'));

it('an encoder starts from the weights of a run, and frozen it keeps them', async () => {
  await runRecipe(recipe('first', '{ type: mlp, hidden: [8], dimensions: 4 }'), { out: join(folder, 'first') });
  const next = recipe('next', '{ type: mlp, hidden: [8], dimensions: 4, initialize: ./first }');
  const slow = ['optimizer.learningRate=1e-30', 'seed=5'];
  await runRecipe(next, { out: join(folder, 'next'), set: slow });
  expect(weightsOf('next').equals(weightsOf('first'))).toBe(true);
  const other = recipe('other', '{ type: mlp, hidden: [9], dimensions: 4, initialize: ./first }');
  await expect(runRecipe(other, { out: join(folder, 'other') })).rejects.toThrow(
    /RUN_FOLDER: the saved weight encoder/,
  );
});

it('a compiled step that is required is refused where the engine compiles none', async () => {
  const file = recipe('compiled', 'mlp');
  const run = runRecipe(file, { out: join(folder, 'compiled'), engine: 'portable', set: ['engine.compile=required'] });
  await expect(run).rejects.toThrow(/ENGINE: engine\.compile is required, but the portable engine compiles no steps/);
});
