import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evaluateRun } from '../../core/run/evaluate-run.js';
import { createLibrary } from '../../core/run/library.js';
import { builtIn } from '../../plugins/index.js';
import { temporaryFolder } from './command.js';
import { type Ran, runRecipe, silent } from './running.js';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
const folder = temporaryFolder();
const beside = join(folder, 'beside');
const data = join(beside, 'd.csv');
const rows = Array.from({ length: 240 }, (_, i) => `g${i % 12},${(i % 12) + (i % 7) / 10},${(i * 5) % 13}`);
const table = (lines: readonly string[]): string => `group,a,b\n${lines.join('\n')}\n`;
const recipe = `version: 1
name: kept
engine: portable
data: { source: { type: table, path: d.csv, group: group } }
encoder: { type: mlp, hidden: [8], dimensions: 4 }
loss: contrastive
train: { epochs: 1, batchSize: 16 }
`;

const evaluated = async (run: string) => {
  const signal = new AbortController().signal;
  const request = { folder: run, builtIn, engine: null, signal, note: () => {}, log: silent };
  return (await evaluateRun(request)).evaluated;
};
const wrong = async (run: string): Promise<string> =>
  evaluated(run).then(
    () => 'nothing is wrong',
    (error: Error) => error.message,
  );

describe('a finished run is evaluated', () => {
  let ran: Ran;
  const moved = join(folder, 'moved', 'elsewhere');
  beforeAll(async () => {
    mkdirSync(beside);
    writeFileSync(data, table(rows));
    writeFileSync(join(beside, 'r.yaml'), recipe);
    ran = await runRecipe(join(beside, 'r.yaml'), { out: join(folder, 'run') });
    mkdirSync(join(folder, 'moved'));
    renameSync(ran.folder, moved);
  });
  beforeEach(() => writeFileSync(data, table(rows)));
  const figures = () => {
    const { engine, evaluation, validation, test } = ran.result;
    return JSON.parse(JSON.stringify({ recipe: 'kept', engine, evaluation, validation, test }));
  };

  it('from another working folder, after it was moved: the same figures', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'evaluate', moved, '--json'], {
      cwd: tmpdir(),
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual(figures());
  });

  it('not on other data, whose figures would pass for the run’s', async () => {
    for (const changed of [rows.slice(0, 120), rows.map((row) => row.replace(/\d+$/, '3'))]) {
      writeFileSync(data, table(changed));
      expect(await wrong(moved)).toMatch(
        /RUN_FOLDER: .* not what the run in .* was evaluated on: d\.csv changed since/,
      );
    }
  });

  it('not without its data', async () => {
    rmSync(data);
    expect(await wrong(moved)).toMatch(/DATA_MISSING: .*d\.csv does not exist/);
    writeFileSync(data, table(rows).replace('group,a,b', 'group,a,c'));
    expect(await wrong(moved)).toMatch(/DATA_COLUMN: the data has no column "b"/);
  });

  it('not where there is no run, or no model', async () => {
    expect(await wrong(join(folder, 'nowhere'))).toMatch(/RUN_FOLDER: .*nowhere does not exist/);
    expect(await wrong(beside)).toMatch(/RUN_FOLDER: .*beside is no run folder: it has no plan\.json/);
    expect(await wrong(join(beside, 'r.yaml'))).toMatch(/r\.yaml is no run folder/);
    const empty = join(folder, 'empty');
    cpSync(moved, empty, { recursive: true });
    rmSync(join(empty, 'model'), { recursive: true });
    writeFileSync(join(empty, 'result.json'), '{ "status": "interrupted" }');
    expect(await wrong(empty)).toMatch(/has kept no model to evaluate: its status is "interrupted"/);
    rmSync(join(empty, 'result.json'));
    expect(await wrong(empty)).toMatch(/has kept no model to evaluate: it did not come to its end/);
  });

  it('not where a file of the model is gone or damaged', async () => {
    const damaged = join(folder, 'damaged');
    cpSync(moved, damaged, { recursive: true });
    const weights = join(damaged, 'model', 'weights.safetensors');
    writeFileSync(weights, readFileSync(weights).subarray(0, 200));
    expect(await wrong(damaged)).toMatch(/RUN_FOLDER: .*weights\.safetensors/);
    rmSync(weights);
    expect(await wrong(damaged)).toMatch(/RUN_FOLDER: .*weights\.safetensors/);
    for (const plan of [
      'null',
      '[]',
      '{"plan":null,"folder":"/"}',
      '{"plan":{},"folder":"/"}',
      '{"plan":{"plugins":[1]},"folder":"/"}',
    ]) {
      writeFileSync(join(damaged, 'plan.json'), plan);
      const said = /^RUN_FOLDER: .*plan\.json is damaged: \S+ (?:must be a map, got|is missing)/;
      expect(await wrong(damaged), plan).toMatch(said);
      await expect(createLibrary(builtIn).loadModel(damaged), plan).rejects.toThrow(said);
    }
  });
});
