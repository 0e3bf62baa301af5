import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { comparedPages, compareRuns } from '../../core/run/compare.js';
import { differences } from '../../core/run/diff.js';
import { listRuns } from '../../core/run/list-runs.js';
import { comparePage } from '../../core/run/report/compare-page.js';
import { writeReport } from '../../core/run/report/write.js';
import { builtIn } from '../../plugins/index.js';
import { problemOf } from '../files/problem-of.js';
import { recipeFile } from '../recipes/recipes.js';
import { siamese, temporaryFolder } from './command.js';
import { runRecipe } from './running.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

describe('runs beside one another', () => {
  beforeAll(async () => {
    const poor = ['train.steps=1', 'optimizer={ type: sgd, learningRate: 1e-30 }']; // moves no weight: the encoder stays untrained
    for (const [name, set] of Object.entries({ one: [], two: ['seed=2'], poor })) {
      await runRecipe(recipeFile('tiny/glyphs'), { out: at(name), set });
    }
  }, 240_000);

  it('two seeds do not differ; a trained model is better than the untrained encoder, and that worse', async () => {
    const [seeds] = await compareRuns([at('one'), at('two')], builtIn);
    expect(seeds!.comparisons.length).toBeGreaterThan(5);
    expect(new Set(seeds!.comparisons.map(({ verdict }) => verdict))).toEqual(new Set(['no clear difference']));
    for (const [a, b, verdict] of [
      ['poor', 'one', 'better'],
      ['one', 'poor', 'worse'],
    ] as const) {
      // biome-ignore format: a table
      const [compared] = await compareRuns([at(a), at(b)], builtIn);
      expect(compared!.paired).toBe(true);
      const said = new Map(compared!.comparisons.map(({ path, verdict: one }) => [path, one]));
      for (const path of ['verification.rocAuc', 'verification.equalErrorRate', 'retrieval.recallAt1'])
        expect(said.get(path), path).toBe(verdict);
    }
  });

  it('in the terminal: figures, verdicts, and where the recipes differ', async () => {
    const told = await siamese('compare', at('one'), at('two'));
    expect(told).toMatch(/verification\.rocAuc( +0\.\d{4}){2} +\S+\.\.\S+ +no clear difference\n/);
    expect(told).toMatch(/\n\nthe recipes differ in\n {2}seed\n {4}- 1\n {4}\+ \d\n$/);
  });

  it('as a page: figures, verdicts, both curves, and where the recipes differ', async () => {
    const markup = await comparePage(await comparedPages([at('poor'), at('one'), at('two')], builtIn));
    expect(markup).toContain(`<h2>A ${at('poor')}, B ${at('one')}</h2>`);
    expect(markup.match(/<h2>/g)).toHaveLength(2);
    expect(markup).toMatch(
      /<th scope="row">verification\.<wbr>roc<wbr>Auc<\/th>(<td>[^<]+<\/td>){3}<td>B is better<\/td>/,
    );
    expect(markup).toContain('<th scope="row">train.steps</th><td>1</td><td>null</td>');
    expect(markup.match(/<svg/g)).toHaveLength(4);
    expect(markup).not.toContain('<script');
  });

  it('a report tells recall by group: over all queries it is that of the run', () => {
    const { groups } = JSON.parse(readFileSync(join(at('one'), 'evaluation.json'), 'utf8')) as {
      readonly groups: readonly { readonly queries: number; readonly right: number }[];
    };
    const { test } = JSON.parse(readFileSync(join(at('one'), 'result.json'), 'utf8'));
    const queries = groups.reduce((sum, one) => sum + one.queries, 0);
    const right = groups.reduce((sum, one) => sum + one.queries * one.right, 0);
    expect(right / queries).toBeCloseTo(test.retrieval.recallAt['1'], 12);
    expect(groups.map((one) => one.right)).toEqual(groups.map((one) => one.right).sort((a, b) => a - b));
  });

  it('a run does not differ from itself', async () => {
    const [compared] = await compareRuns([at('one'), at('one')], builtIn);
    for (const { difference } of compared!.comparisons) expect(difference).toEqual([0, 0]);
  });

  it('a model that beats nothing is told so, in plain words', () => {
    const { notes } = JSON.parse(readFileSync(join(at('poor'), 'result.json'), 'utf8'));
    expect(notes.join('\n')).toMatch(
      /warning: on test the trained model does not clearly beat the untrained encoder: /,
    );
    const best = JSON.parse(readFileSync(join(at('one'), 'result.json'), 'utf8'));
    // what verification asks it answers better than the baselines; its nearest neighbours are no better than the raw input's
    const told = best.notes.filter((note: string) => note.includes('does not clearly beat'));
    expect(told).toEqual([expect.stringMatching(/beat the raw input: retrieval\.recallAt1 0\.9\d+ \(95%: /)]);
    expect(told[0]).not.toContain('verification');
    expect(existsSync(join(at('one'), 'report.html'))).toBe(true);
  });

  it('are listed, also where one goes on or is damaged', () => {
    mkdirSync(at('begun'));
    writeFileSync(join(at('begun'), 'plan.json'), JSON.stringify({ plan: { name: 'later', seed: 3 } }));
    mkdirSync(at('broken'));
    writeFileSync(join(at('broken'), 'plan.json'), '{');
    for (const [name, text] of Object.entries({ null: 'null', list: '[]', other: '{"status":"completed"}' })) {
      mkdirSync(at(name));
      writeFileSync(join(at(name), 'plan.json'), '{}');
      writeFileSync(join(at(name), 'result.json'), text);
    }
    const listed = new Map(listRuns(folder).map((run) => [run.folder, run]));
    expect([...listed.values()].map(({ status }) => status).sort()).toEqual([...Array(3).fill('completed'), ...Array(4).fill('damaged'), 'running'].sort()); // biome-ignore format: one list
    expect(listed.get(at('begun'))).toMatchObject({ recipe: 'later', seed: 3 });
    const one = JSON.parse(readFileSync(join(at('one'), 'result.json'), 'utf8'));
    expect(listed.get(at('one'))).toMatchObject({ metric: 'verification.rocAuc', value: one.test.verification.rocAuc });
    expect(listRuns(join(folder, 'nowhere'))).toEqual([]);
  });

  it.each([
    ['result.json', 'null', 'result.json is damaged: it has no `status`'],
    ['result.json', '{"status":"completed"}', 'result.json is damaged: it has no `training`'],
    ['evaluation.json', '{}', 'evaluation.json is damaged: it has no `format`'],
    ['evaluation.json', '{"format":1,"roc":{}}', 'evaluation.json is damaged: it has no `draws`'],
    ['plan.json', '{}', 'plan.json is damaged: it has no `plan`'],
    ['metrics.jsonl', null, 'metrics.jsonl: it does not exist (ENOENT)'],
  ])('are not compared, nor reported, where %s is %s', async (name, text, why) => {
    cpSync(at('one'), at('odd'), { recursive: true });
    if (text === null) rmSync(join(at('odd'), name));
    else writeFileSync(join(at('odd'), name), text);
    for (const read of [() => compareRuns([at('one'), at('odd')], builtIn), () => writeReport(at('odd'))]) {
      const problem = await problemOf(read);
      expect([problem.code, problem.message]).toEqual(['RUN_FOLDER', expect.stringContaining(why)]);
    }
    rmSync(at('odd'), { recursive: true });
  });
});

describe('differences', () => {
  it('are those of meaning, by their path in the recipe', () => {
    const use = (type: string, options: object) => ({ type, options, parts: {} });
    const a = { seed: 1, loss: [{ use: use('contrastive', { margin: 1 }), weight: 1 }], at: [1, 2], split: use('hash', { test: 1 }) }; // biome-ignore format: a plan
    const b = { loss: [{ weight: 1, use: use('contrastive', { margin: 2 }) }], seed: 1, at: [1, 3], split: use('none', {}) }; // biome-ignore format: a plan
    expect(differences(a, b)).toEqual([
      { path: 'loss.0.margin', a: 1, b: 2 },
      { path: 'at', a: [1, 2], b: [1, 3] },
      { path: 'split', a: { type: 'hash', test: 1 }, b: { type: 'none' } },
    ]);
    expect(differences(a, structuredClone(a))).toEqual([]);
  });
});
