import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProblemError } from '../../core/problem/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { compareRuns } from '../../core/run/compare.js';
import { evaluateRun } from '../../core/run/evaluate-run.js';
import { foldsResult } from '../../core/run/folds-result.js';
import { runDifferences } from '../../core/run/identical.js';
import { listRuns } from '../../core/run/list-runs.js';
import type { RunResult } from '../../core/run/result.js';
import { smokeRun } from '../../core/run/smoke.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile, recipesFolder } from '../recipes/recipes.js';
import { figureAt, resumeRecipe, runRecipe, silent } from './running.js';

const folder = mkdtempSync(join(tmpdir(), 'siamese-folds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const short = [
  'train.epochs=2',
  'engine.compile=off',
  'evaluate.baselines=[raw-input]',
  'evaluate.pairs={type: balanced, count: 200}',
];
const read = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;
const straight = join(folder, 'straight');
let result: RunResult;
beforeAll(async () => {
  result = (await runRecipe(recipeFile('tiny/folds'), { out: straight, set: short })).result;
});

describe('a run of folds', () => {
  it('is a complete run folder for each, and a summary of means, deviations and folds', () => {
    expect(result.status).toBe('completed');
    expect(read(straight, 'result.json')).toEqual(JSON.parse(JSON.stringify(result)));
    const values = [1, 2, 3].map((fold) => {
      const own = read<RunResult>(straight, `fold-${fold}`, 'result.json');
      for (const name of ['recipe.yaml', 'plan.json', 'ledger.json', 'metrics.jsonl', 'model', 'report.html'])
        expect(existsSync(join(straight, `fold-${fold}`, name)), name).toBe(true);
      expect(result.folds![fold - 1]).toEqual({ folder: `fold-${fold}`, ...own });
      return figureAt(own.test, 'verification.rocAuc')!;
    });
    const mean = (values[0]! + values[1]! + values[2]!) / 3;
    expect(figureAt(result.test, 'verification.rocAuc')).toBeCloseTo(mean, 12);
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(figureAt(result.deviations!.test, 'verification.rocAuc')).toBeCloseTo(Math.sqrt(squares / 2), 12);
    expect(figureAt(result.baselines.rawInput, 'retrieval.recallAt1')).toBeGreaterThan(0);
    expect(result.training.steps).toBe(result.folds!.reduce((sum, one) => sum + one.training.steps, 0));
  });

  it('tests every item once, on groups that its training has not seen', () => {
    expect(result.folds!.reduce((sum, { data }) => sum + data.test, 0)).toBe(result.data.items);
    for (const { data } of result.folds!) expect(data.overlap).toMatchObject({ items: 0, groups: 0 });
    const contents = [1, 2, 3].map((fold) => read<{ content: { test: string } }>(straight, `fold-${fold}`, 'ledger.json').content.test); // biome-ignore format: one line
    expect(new Set(contents).size).toBe(3);
  });

  it('goes on with the fold that was stopped, and leaves the same bytes', async () => {
    const stopped = join(folder, 'stopped');
    const steps = result.folds!.map(({ training }) => training.steps);
    const first = await runRecipe(recipeFile('tiny/folds'), { out: stopped, set: short, stopAt: steps[0]! + 3 });
    expect(first.result.status).toBe('interrupted');
    expect(first.result.folds!.map(({ status }) => status)).toEqual(['completed', 'interrupted']);
    expect(first.result.notes[0]).toBe('1 of 3 folds are completed: figures are of these');
    await expect(resumeRecipe(stopped, { stopAt: steps[0]! + 3 })).rejects.toThrow(
      `the run stands at step ${steps[0]! + 3} already`,
    );
    const damaged = join(folder, 'damaged');
    cpSync(stopped, damaged, { recursive: true });
    const kept = join(damaged, 'fold-2', 'checkpoints');
    writeFileSync(join(kept, readdirSync(kept).sort().at(-1)!, 'weights.safetensors'), '');
    const { notes } = await resumeRecipe(damaged, { stopAt: steps[0]! + 4 });
    expect(notes.filter((note) => note.includes('is damaged'))).toHaveLength(1);
    const between = await resumeRecipe(stopped, { stopAt: steps[0]! + steps[1]! });
    expect(between.result.status).toBe('interrupted');
    expect(between.result.folds!.map(({ status }) => status)).toEqual(['completed', 'completed']);
    const again = await resumeRecipe(stopped);
    expect(again.result.status).toBe('completed');
    expect(await runDifferences(straight, stopped)).toEqual([]);
  });

  it('tells where folds differ', async () => {
    const other = join(folder, 'other');
    cpSync(straight, other, { recursive: true });
    const weights = 'model/weights.safetensors';
    copyFileSync(join(straight, 'fold-1', weights), join(other, 'fold-3', weights));
    expect((await runDifferences(straight, other))[0]).toMatch(/^fold-3\/model\/weights.safetensors: /);
  });

  it('refuses to run a fold on other data than the folds before it', async () => {
    const home = join(folder, 'home');
    mkdirSync(join(home, 'data'), { recursive: true });
    const data = join(home, 'data', 'measurements.csv');
    copyFileSync(join(recipesFolder, 'tiny/data/measurements.csv'), data);
    copyFileSync(recipeFile('tiny/folds'), join(home, 'folds.yaml'));
    const out = join(home, 'run');
    const steps = result.folds![0]!.training.steps;
    await runRecipe(join(home, 'folds.yaml'), { out, set: short, stopAt: steps + 1 });
    rmSync(join(out, 'fold-2'), { recursive: true }); // as if it had stopped between two folds
    const text = readFileSync(data, 'utf8');
    writeFileSync(
      data,
      text.replace(/\d\n$/, (last) => (last.startsWith('1') ? '2\n' : '1\n')),
    );
    const error = await resumeRecipe(out).catch((thrown: unknown) => thrown);
    expect((error as ProblemError).problems[0]!.message).toMatch(
      /^the data has changed since the fold in .*fold-1 was run: .*measurements.csv: sha256 \w+ -> sha256 \w+$/,
    );
  });

  it('is one run in a list, and compared draw by draw with another of the same folds', async () => {
    const listed = listRuns(straight);
    expect(listed).toHaveLength(1);
    expect(listed[0]).toMatchObject({ recipe: 'folds', status: 'completed', metric: 'retrieval.recallAt1' });
    expect(listed[0]!.value).toBeCloseTo(figureAt(result.test, 'retrieval.recallAt1')!, 12);
    const [compared] = await compareRuns([straight, straight], builtIn);
    expect(compared!.paired).toBe(true);
    expect(compared!.comparisons.length).toBeGreaterThan(3);
    for (const { difference, verdict } of compared!.comparisons)
      expect([difference, verdict]).toEqual([[0, 0], 'no clear difference']);
  });

  it('has a page with all folds', () => {
    const page = readFileSync(join(straight, 'report.html'), 'utf8');
    expect(page).toContain('3 folds');
    expect(page).toContain('<a href="fold-3/report.html">fold-3</a>');
    expect(page).toContain(figureAt(result.test, 'verification.rocAuc')!.toFixed(4));
  });

  it('evaluates the model of one fold as its run did, and says so of the whole', async () => {
    const how = { builtIn, engine: null, signal: new AbortController().signal, note: () => {}, log: silent };
    const { evaluated } = await evaluateRun({ folder: join(straight, 'fold-2'), ...how });
    expect(evaluated.test).toEqual(result.folds![1]!.test);
    await expect(evaluateRun({ folder: straight, ...how })).rejects.toThrow(
      /has one model for each fold: evaluate one of them, such as .*fold-1/,
    );
  });

  it('is tried out on one fold', async () => {
    const { planned, registry } = await planRecipe(recipeFile('tiny/folds'), { registry: builtIn, set: short });
    expect(await smokeRun(planned!, registry!, new AbortController().signal)).toEqual([]);
  });
});

it('a figure that one fold could not measure has no mean', () => {
  const fold = (value: number | null) => ({ ...result.folds![0]!, test: { verification: { rocAuc: value, f1: 1 } } });
  const { test, deviations } = foldsResult([fold(0.5), fold(null)], 2);
  expect(test).toEqual({ verification: { rocAuc: null, f1: 1 } });
  expect(deviations!.test).toEqual({ verification: { rocAuc: null, f1: 0 } });
});
