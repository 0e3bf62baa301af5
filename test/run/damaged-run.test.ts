import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Json } from '../../core/contract/index.js';
import { ProblemError } from '../../core/problem/index.js';
import { evaluateRun } from '../../core/run/evaluate-run.js';
import { builtIn } from '../../plugins/index.js';
import { changed, type Keys, pathsIn } from '../changed-json.js';
import { temporaryFolder } from './command.js';
import { runRecipe, silent } from './running.js';

/** Whatever value of a run folder a stranger, or a fault, has changed: the end is a result or an error in words. */
const folder = temporaryFolder();
const recipe = `version: 1
name: kept
engine: portable
data:
  source: { type: table, path: d.csv, group: group }
  fields: { v: { kind: vector, columns: [a, b], scale: standardize }, w: { kind: category, columns: w } }
encoder: { type: fields, hidden: [8], dimensions: 4 }
loss: contrastive
train: { epochs: 1, batchSize: 16 }
`;
const rows = Array.from({ length: 120 }, (_, i) => `g${i % 12},${(i % 12) + (i % 7) / 10},${(i * 5) % 13},w${i % 3}`);
const run = join(folder, 'run');
beforeAll(async () => {
  writeFileSync(join(folder, 'd.csv'), `group,a,b,w\n${rows.join('\n')}\n`);
  writeFileSync(join(folder, 'r.yaml'), recipe);
  await runRecipe(join(folder, 'r.yaml'), { out: run });
});

const evaluated = async (): Promise<string> => {
  const signal = new AbortController().signal;
  const request = { folder: run, builtIn, engine: null, signal, note: () => {}, log: silent };
  return evaluateRun(request).then(
    () => 'a result',
    (error: unknown) => (error instanceof ProblemError ? error.message : `a defect: ${String(error)}`),
  );
};

it.each([
  ['plan.json', 150],
  ['model/model.json', 100],
  ['model/threshold.json', 3],
])(
  '%s with any value changed or gone is told, or serves',
  async (file, least) => {
    const text = readFileSync(join(run, file), 'utf8');
    const whole = JSON.parse(text) as Json;
    const ends: string[] = [];
    try {
      for (const at of pathsIn(whole)) {
        if (['origins', 'plugins', 'validation'].includes(at[0]!)) continue; // for messages and reports alone
        for (const to of [null, undefined]) {
          writeFileSync(join(run, file), JSON.stringify(changed(whole, at, to)) ?? '');
          ends.push(`${at.join('.')} ${JSON.stringify(to)}: ${await evaluated()}`);
        }
      }
    } finally {
      writeFileSync(join(run, file), text);
    }
    expect(ends.filter((end) => end.includes(': a defect'))).toEqual([]);
    expect(ends.filter((end) => !end.endsWith(': a result')).length).toBeGreaterThan(least);
  },
  300_000,
);

it('says what is wrong, and where', async () => {
  const path = join(run, 'plan.json');
  const text = readFileSync(path, 'utf8');
  const says = async (key: Keys, to: Json | undefined): Promise<string> => {
    writeFileSync(path, JSON.stringify(changed(JSON.parse(text) as Json, key, to)));
    return (await evaluated()).replace(/^.*plan\.json /, '');
  };
  expect(await says(['plan', 'train', 'batchSize'], 0)).toBe('is damaged: plan.train.batchSize must be >= 1, got 0');
  expect(await says(['plan', 'sampler'], undefined)).toBe('is damaged: plan.sampler is missing');
  expect(await says(['plan', 'evaluate', 'metrics', '1', 'options', 'at'], 'x')).toMatch(
    /^is damaged: plan\.evaluate\.metrics\.1\.options\.at must be a list/,
  );
  expect(await says(['plan', 'loss', '0', 'use', 'type'], 'constructor')).toBe(
    'names the loss "constructor" at plan.loss.0.use, but no loss here is called so',
  );
  const gallery = ['plan', 'evaluate', 'metrics', '1', 'options', 'gallery'];
  expect(await says(gallery, undefined)).toBe('a result'); // of before there was the option
  writeFileSync(path, `{"plan":${'[0,'.repeat(20_000)}0${']'.repeat(20_000)}}`);
  expect(await evaluated()).toMatch(/plan\.json is damaged: it is nested too deeply$/);
  writeFileSync(path, text);
  expect(await evaluated()).toBe('a result');
});
