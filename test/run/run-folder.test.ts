import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../core/files/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { evaluateRun } from '../../core/run/evaluate-run.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile } from '../recipes/recipes.js';
import { temporaryFolder } from './command.js';
import { type Ran, runRecipe, silent } from './running.js';

const folder = temporaryFolder();
const at = (ran: Ran, ...names: string[]): string => join(ran.folder, ...names);
const json = (ran: Ran, ...names: string[]) => JSON.parse(readFileSync(at(ran, ...names), 'utf8'));
const weightsIn = async (ran: Ran, ...names: string[]) => (await readSafetensors(at(ran, ...names))).tensors;
/** Names and values, to be compared as a whole. */
const valuesIn = async (ran: Ran, ...names: string[]) =>
  [...(await weightsIn(ran, ...names))].map(([name, { shape, data }]) => [
    name,
    shape,
    Array.from(data as Float32Array),
  ]);

describe('a run folder', () => {
  let ran: Ran;
  beforeAll(async () => {
    const set = ['train.epochs=5', 'train.checkpoint.keep=3', 'data.split={ type: unseen-groups, validation: 0.2 }'];
    ran = await runRecipe(recipeFile('tiny/table'), { out: join(folder, 'table'), set });
  });

  it('holds these files', () => {
    const files = readdirSync(ran.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const names = files.map(({ parentPath, name }) => join(parentPath, name).slice(ran.folder.length + 1));
    const checkpoint = (step: number) =>
      ['best.safetensors', 'checksums.json', 'optimizer.safetensors', 'state.json', 'weights.safetensors'].map(
        (name) => `checkpoints/step-${String(step).padStart(8, '0')}/${name}`,
      );
    const stepsPerEpoch = ran.result.training.steps / 5;
    expect(names.sort()).toEqual(
      [
        ...[3, 4, 5].flatMap((epoch) => checkpoint(epoch * stepsPerEpoch)),
        ...[
          'evaluation.json',
          'ledger.json',
          'metrics.jsonl',
          'report.html',
          'plan.json',
          'recipe.yaml',
          'result.json',
        ],
        ...['model/model.json', 'model/threshold.json', 'model/weights.safetensors'],
      ].sort(),
    );
  });

  it('result.json has these keys, and is what the run returned', () => {
    const result = json(ran, 'result.json');
    const keys = (path: string): string[] =>
      Object.keys(path.split('.').reduce((here, key) => (key === '' ? here : here[key]), result)).sort();
    const sorted = (text: string): string[] => text.split(' ').sort();
    expect(keys('')).toEqual(
      sorted('status recipe seed engine data evaluation training validation test baselines intervals notes'),
    );
    expect(keys('engine')).toEqual(sorted('name compiled tensorflow'));
    expect(keys('data')).toEqual(sorted('items train validation test overlap'));
    expect(keys('data.overlap')).toEqual(sorted('items groups pairs'));
    expect(keys('evaluation')).toEqual(sorted('pairs positives hash'));
    expect(keys('training')).toEqual(
      sorted('epochs steps pairs seconds stepsPerSecond pairsPerSecond firstStepSeconds peakMemoryMiB best'),
    );
    expect(keys('baselines')).toEqual(sorted('rawInput untrainedEncoder majority'));
    const verification = sorted(
      'rocAuc averagePrecision equalErrorRate tarAtFar threshold accuracy precision recall f1 brier expectedCalibrationError',
    );
    const retrieval = sorted('recallAt precisionAt1 rPrecision mapAtR meanAveragePrecision meanReciprocalRank ndcgAt');
    for (const part of ['validation', 'test', 'baselines.rawInput', 'baselines.untrainedEncoder']) {
      expect(keys(`${part}.verification`)).toEqual(verification);
      expect(keys(`${part}.retrieval`)).toEqual(retrieval);
      expect(keys(`${part}.retrieval.recallAt`)).toEqual(sorted('1 2 3 5 10'));
    }
    expect(Object.keys(result.test.verification.tarAtFar).sort()).toEqual(['0', '0.0001', '0.001', '0.01', '0.1']);
    expect(Object.keys(result.intervals).sort()).toEqual(['baselines', 'test']);
    expect(result.intervals.test).toEqual({}); // two groups of test say too little
    expect(result.notes.join()).toContain('test: no intervals: 2 groups are too few');
    expect(result).toEqual(JSON.parse(JSON.stringify(ran.result)));
    expect(result).toMatchObject({ status: 'completed', recipe: 'table', seed: 1 });
  });

  it('its counts agree with one another', () => {
    const { data, training, evaluation } = ran.result;
    expect(data.train + data.validation + data.test).toBe(data.items);
    expect(training.pairs).toBe(5 * data.train);
    expect(training.steps).toBe(5 * Math.ceil(data.train / 32));
    expect(training.stepsPerSecond).toBeCloseTo(training.steps / training.seconds, 6);
    expect(evaluation!.pairs).toBe((data.test * (data.test - 1)) / 2); // evaluate.pairs: all
    expect(training.firstStepSeconds).toBeGreaterThan(0);
    expect(training.peakMemoryMiB).toBeGreaterThan(50);
  });

  it('recipe.yaml is as given; plan.json is what the recipe plans to, with origins and plugins', async () => {
    expect(readFileSync(at(ran, 'recipe.yaml'), 'utf8')).toBe(readFileSync(recipeFile('tiny/table'), 'utf8'));
    const stored = json(ran, 'plan.json');
    const set = ['train.epochs=5', 'train.checkpoint.keep=3', 'data.split={ type: unseen-groups, validation: 0.2 }'];
    const { planned } = await planRecipe(recipeFile('tiny/table'), { registry: builtIn, set });
    expect(stored.plan).toEqual(JSON.parse(JSON.stringify(planned!.plan)));
    expect(stored.origins['train.epochs']).toEqual({ from: 'set', text: '--set train.epochs=5' });
    expect(stored.origins['train.batchSize'].place.line).toBeGreaterThan(1);
    expect(stored).toMatchObject({ node: process.version, folder: planned!.folder });
    expect(stored.cores).toBeGreaterThan(0);
    expect(stored.plugins[0].plugins).toContain('loss contrastive');
  });

  it('ledger.json counts the parts, proves what the split declares, and knows the files', () => {
    const ledger = json(ran, 'ledger.json');
    const { items: _items, overlap, ...sizes } = ran.result.data;
    expect(ledger.sizes).toEqual(sizes);
    expect(ledger.disjoint).toContain('groups');
    expect(ledger.overlap).toEqual(overlap);
    for (const what of ledger.disjoint as ('items' | 'groups')[]) expect(overlap[what]).toBe(0);
    expect(ledger.evaluation).toEqual(ran.result.evaluation);
    const hashes = [...Object.values(ledger.content), ledger.evaluation.hash];
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(hashes).size).toBe(4);
    expect(Object.keys(ledger.files)).toEqual(['data/measurements.csv']);
  });

  it('metrics.jsonl has a line per logged step, per epoch and per evaluation, in order', () => {
    const { lines } = ran;
    const of = (kind: string) => lines.filter((line) => line.kind === kind);
    expect(of('epoch').map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(of('evaluation').map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(of('step').length).toBe(ran.result.training.steps); // epochs are short: each step is logged
    const steps = lines.map(({ step }) => step as number);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    for (const line of lines) expect(Number.isNaN(Date.parse(line.at))).toBe(false);
    const best = of('evaluation').findLast((line) => line['best'])!;
    expect(ran.result.training.best).toMatchObject({ epoch: best['epoch'], value: best['monitored'] });
  });

  it('model/ holds the weights that model.json counts, by name and shape', async () => {
    const model = json(ran, 'model', 'model.json');
    const weights = await weightsIn(ran, 'model', 'weights.safetensors');
    const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
    expect([...weights.values()].reduce((sum, { shape }) => sum + size(shape), 0)).toBe(model.parameters);
    expect(weights.get('encoder/dense-1/kernel')?.shape).toEqual([8, 32]);
    expect(weights.get('encoder/dense-2/bias')?.shape).toEqual([model.dimensions]);
    expect([...weights.keys()].filter((name) => name.includes('batch-normalization')).length).toBe(4);
    expect(model).toMatchObject({ format: 1, recipe: 'table', score: 'distance', best: ran.result.training.best });
  });

  it('the newest checkpoint stands where the run ended', async () => {
    const names = readdirSync(at(ran, 'checkpoints')).sort();
    const state = json(ran, 'checkpoints', names.at(-1)!, 'state.json');
    expect(state).toMatchObject({ format: 1, step: ran.result.training.steps, epoch: 5 });
    const best = await valuesIn(ran, 'checkpoints', names.at(-1)!, 'best.safetensors');
    expect(await valuesIn(ran, 'model', 'weights.safetensors')).toEqual(best);
    const slots = await weightsIn(ran, 'checkpoints', names.at(-1)!, 'optimizer.safetensors');
    expect([...slots.keys()]).toContain('encoder/dense-1/kernel/meanSquare');
  });

  it('`evaluate` finds the figures of the run again', async () => {
    const again = await evaluateRun({
      folder: ran.folder,
      builtIn,
      engine: null,
      signal: new AbortController().signal,
      note: () => {},
      log: silent,
    });
    const { evaluation, validation, test } = ran.result;
    const engine = { ...ran.result.engine, compiled: false }; // no step is taken
    expect(again.evaluated).toEqual({ recipe: 'table', engine, evaluation, validation, test });
  });
});

describe('the model that is kept', () => {
  it('is the best one, not the last: an optimizer that turns uphill late ruins only what comes after', async () => {
    const beside = join(folder, 'late');
    mkdirSync(beside);
    cpSync(join(recipeFile('tiny/x'), '..', 'data', 'measurements.csv'), join(beside, 'data', 'measurements.csv'));
    writeFileSync(
      join(beside, 'late.mjs'),
      `import { definePlugin, ops, Optimizer, Schedule } from 'siamese';
       const none = { type: 'object', additionalProperties: false, properties: {} };
       const late = () => ({ factor: ({ epoch }) => (epoch < 3 ? 1 : 0.5) });
       const properties = { learningRate: { type: 'number', default: 0.1, description: 'Step.' } };
       const climbs = () => ({
         update({ weight, gradient, learningRate }) {
           const way = ops.sub(1, ops.mul(30, ops.mask(ops.less(learningRate, 0.1))));
           return { weight: ops.sub(weight, ops.mul(ops.mul(way, learningRate), gradient)), slots: {} };
         },
       });
       const optimizer = { name: 'test/climbs', summary: 'Climbs at half the rate.', options: { ...none, properties } };
       export default [
         definePlugin(Schedule, { name: 'test/late', summary: 'Halves the rate.', options: none, create: late }),
         definePlugin(Optimizer, { ...optimizer, slots: {}, create: climbs }),
       ];`,
    );
    const base = readFileSync(recipeFile('tiny/unseen-groups'), 'utf8');
    writeFileSync(join(beside, 'r.yaml'), `${base}plugins: [./late.mjs]\n`);
    const set = ['train.schedule=test/late', 'optimizer=test/climbs', 'vars.epochs=6', 'train.checkpoint.keep=9'];
    const ran = await runRecipe(join(beside, 'r.yaml'), { out: join(beside, 'run'), set });
    const monitored = ran.lines.filter(({ kind }) => kind === 'evaluation').map((line) => line['monitored'] as number);
    const { best } = ran.result.training;
    expect(best!.epoch).toBeLessThanOrEqual(3);
    expect(best!.value).toBe(Math.max(...monitored));
    expect(monitored.at(-1)!).toBeLessThan(best!.value - 0.05);
    const checkpoint = (epoch: number) => `step-${String((best!.step / best!.epoch) * epoch).padStart(8, '0')}`;
    const model = await valuesIn(ran, 'model', 'weights.safetensors');
    expect(model).toEqual(await valuesIn(ran, 'checkpoints', checkpoint(best!.epoch), 'weights.safetensors'));
    expect(model).not.toEqual(await valuesIn(ran, 'checkpoints', checkpoint(6), 'weights.safetensors'));
    expect((ran.result.validation!['verification'] as { rocAuc: number }).rocAuc).toBe(best!.value);
  });

  it('is the last one where there is no validation data, and then no threshold is chosen', async () => {
    const ran = await runRecipe(recipeFile('tiny/inline-arrays'), {
      out: join(folder, 'inline'),
      set: ['train.epochs=2'],
    });
    expect(ran.result).toMatchObject({ validation: null, test: null, evaluation: null, training: { best: null } });
    expect(readdirSync(at(ran, 'model')).sort()).toEqual(['model.json', 'weights.safetensors']);
    const last = readdirSync(at(ran, 'checkpoints')).sort().at(-1)!;
    const weights = await valuesIn(ran, 'checkpoints', last, 'weights.safetensors');
    expect(await valuesIn(ran, 'model', 'weights.safetensors')).toEqual(weights);
    expect(readdirSync(at(ran, 'checkpoints', last))).not.toContain('best.safetensors');
  });

  it('checkpoints come every so many steps and at the end, and the oldest go', async () => {
    const set = ['train.steps=50', 'train.checkpoint={ every: 15, keep: 2 }'];
    const ran = await runRecipe(recipeFile('tiny/npz-pairs'), { out: join(folder, 'steps'), set });
    expect(readdirSync(at(ran, 'checkpoints')).sort()).toEqual(['step-00000045', 'step-00000050']);
    expect(ran.result.training.steps).toBe(50);
  });
});
