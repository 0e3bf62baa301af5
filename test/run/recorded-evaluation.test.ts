import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, vi } from 'vitest';
import { ForwardProgram } from '../../core/engine/forward.js';
import { BATCH } from '../../core/evaluate/embed.js';
import { evaluateRun } from '../../core/run/evaluate-run.js';
import { runDifferences } from '../../core/run/identical.js';
import { createLibrary } from '../../core/run/library.js';
import { builtIn } from '../../plugins/index.js';
import { onEngine, temporaryFolder } from './command.js';
import { resumeRecipe, runRecipe, silent } from './running.js';

const folder = temporaryFolder();
const file = join(folder, 'recipe.yaml');
/** 600 items each for validation and test, at 20 epochs: 24,000 to embed. */
const recipe = {
  version: 1,
  name: 'recorded',
  data: {
    source: { type: 'synthetic', groups: 60, perGroup: 30, shape: [6], noise: 0.5 },
    split: { type: 'stratified', validation: 1 / 3, test: 1 / 3 },
  },
  encoder: { type: 'mlp', hidden: [16], dimensions: 8 },
  loss: 'contrastive',
  train: { epochs: 20, batchSize: 128, stepsPerEpoch: 2 },
  evaluate: { metrics: ['verification'], baselines: 'off' },
};
const native = (out: string, more: Partial<Parameters<typeof runRecipe>[1]> = {}) =>
  runRecipe(file, { out: join(folder, out), engine: 'native', ...more });

describe('a run that embeds much in evaluation', () => {
  beforeAll(() => writeFileSync(file, JSON.stringify(recipe)));
  let calls: { mock: { calls: readonly unknown[] } };
  beforeEach(() => {
    calls = vi.spyOn(ForwardProgram.prototype, 'run');
  });
  afterEach(() => vi.restoreAllMocks());
  const programs = (): number => calls.mock.calls.length;

  onEngine('native', 'does it by one call a batch, and goes on to the same bytes', async () => {
    const { folder: straight } = await native('straight');
    expect(programs()).toBe(2 * 20 + 2 + 2 + 2); // two batches at each epoch, of both parts at the end, and for the map
    const { folder: stopped } = await native('stopped', { stopAt: 21 });
    await resumeRecipe(stopped, { engine: 'native' });
    expect(await runDifferences(straight, stopped)).toEqual([]);
  });

  onEngine('native', 'is evaluated to the same figures afterwards, and its model embeds much alike', async () => {
    const { folder: run, result } = await native('evaluated');
    const during = programs();
    const signal = new AbortController().signal;
    const { evaluated } = await evaluateRun({
      folder: run,
      builtIn,
      engine: null,
      signal,
      note: () => {},
      log: silent,
    });
    expect(evaluated.test).toEqual(result.test);
    expect(programs()).toBe(during + 4);

    const model = await createLibrary(builtIn).loadModel(run);
    const values = Float32Array.from({ length: 6 * 50 * BATCH }, (_, i) => Math.sin(i));
    const many = await model.embed({ items: values });
    expect(programs()).toBe(during + 4 + 50);
    const few = await model.embed({ items: values.subarray(0, 6 * 700) });
    expect(programs()).toBe(during + 4 + 50);
    model.close();
    for (const [row, one] of few.entries()) {
      for (const [k, value] of one.entries()) expect(many[row]![k]).toBeCloseTo(value, 5);
    }
  });

  onEngine('native', 'does not where the recipe says so, nor where there is little', async () => {
    await native('off', { set: ['engine.compile=off'] });
    await native('little', { set: ['train.epochs=2'] });
    expect(programs()).toBe(0);
  });
});
