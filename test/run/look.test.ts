import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tfc from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';
import type { Problem, ProblemError } from '../../core/problem/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { type DataLook, lookAtData } from '../../core/run/look/look.js';
import { missingIn } from '../../core/run/look/missing.js';
import type { Samples } from '../../core/run/look/samples.js';
import { dataPage } from '../../core/run/report/data-page.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile } from '../recipes/recipes.js';
import { silent } from './running.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'siamese-look-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = { type: 'object', additionalProperties: false, properties: {} } as const;
/** Adds 1000 inside the step, and 100 before it: what is shown tells whether it came through them. */
const inStep = definePlugin(Augmentation, {
  name: 'test/thousand', summary: 'Adds 1000.', options, accepts: ['vector'], place: 'step',
  create: () => ({ augment: (values) => ops.add(values, 1000) }), // shape of values
}); // biome-ignore format: a plugin of this test
const onHost = definePlugin(Augmentation, {
  name: 'test/hundred', summary: 'Adds 100.', options, accepts: ['vector'], place: 'worker',
  create: () => ({ augment: (value) => (value as Float32Array).map((one) => one + 100) as never }),
}); // biome-ignore format: a plugin of this test

async function look(file: string, set: readonly string[] = []): Promise<{ look: DataLook; samples: Samples }> {
  const asked = { registry: [...builtIn, inStep, onHost], set };
  const { planned, registry, problems } = await planRecipe(file, asked);
  expect(problems).toEqual([]);
  const { signal } = new AbortController();
  const found = await lookAtData({ planned: planned!, registry: registry!, log: silent, signal, samples: true });
  return { look: found.look, samples: found.samples! };
}

const csv = (lines: readonly string[]): string => `id,group,x0,x1,name\n${lines.join('\n')}\n`;
function recipe(name: string, lines: readonly string[], more = ''): string {
  writeFileSync(join(folder, `${name}.csv`), csv(lines));
  const file = join(folder, `${name}.yaml`);
  const source = `{ type: table, path: ${name}.csv, group: group, key: id }`;
  const fields = '{ values: { kind: vector, columns: x*, missing: zero } }';
  writeFileSync(
    file,
    `version: 1\nname: ${name}\ndata:\n  source: ${source}\n  fields: ${fields}\n${more}encoder: { type: mlp, dimensions: 4 }\nloss: contrastive\ntrain: { batchSize: 8 }\n`,
  );
  return file;
}

describe('what data is', () => {
  // by hand: groups a (4), b (3), c (1), d (1); s1 and s6 hold the same numbers, in groups a and b
  const lines = [
    's0,a,1,1,n',
    's1,a,2,2,n',
    's2,a,3,3,',
    's3,a,4,,n',
    's4,b,5,5,n',
    's5,b,6,6,n',
    's6,b,2,2,n',
    's7,c,8,8,n',
    's8,d,9,9,',
  ];

  it('counts items, groups by size, missing cells and copies of each part', async () => {
    const { look: all } = await look(recipe('counted', lines, '  split: none\n'));
    expect(all.parts.validation).toBeNull();
    expect(all.parts.train).toMatchObject({ items: 9, rightItems: null, pairs: 0, triplets: 0 });
    expect(all.parts.train!.groups).toEqual({
      count: 4,
      without: 0,
      sizes: [
        { from: 1, to: 1, groups: 2 },
        { from: 3, to: 4, groups: 2 },
      ],
    });
    expect(all.missing).toEqual({ train: { x1: 1, name: 2 }, validation: {}, test: {} });
    expect(all.copies).toMatchObject({ within: { train: 1 }, contradicting: 1 });
    expect(all.notes).toEqual([
      'warning: 1 contents stand in several groups (such as s1 and s6): their labels contradict each other',
    ]);
  });

  it('tells where the split leaks', async () => {
    const parts = ['train', 'train', 'train', 'train', 'train', 'train', 'test', 'test', 'test'];
    writeFileSync(
      join(folder, 'leak.csv'),
      `id,group,x0,x1,part\n${lines.map((line, i) => line.replace(/[^,]*$/, parts[i]!)).join('\n')}\n`,
    );
    const file = recipe('leaking', lines, '  split: { type: given, column: part }\n');
    writeFileSync(file, readFileSync(file, 'utf8').replace('leaking.csv', 'leak.csv'));
    const { look: all } = await look(file);
    expect(all.copies!.between.test.train).toBe(1);
    expect(all.notes[0]).toBe(
      'warning: the split leaks: 1 of 3 items of test have the content of items of training under other keys (such as s1 and s6)',
    );
  });

  it('knows what is missing of every kind of cell', () => {
    const none = Number.NaN;
    expect(missingIn(Float32Array.of(1, none, none), 3)).toBe(2);
    expect(missingIn(Float32Array.of(1, none, none, none), 2)).toBe(1); // a value of two numbers
    expect(missingIn(['', null, 'a'], 3)).toBe(2);
    expect(missingIn(Int32Array.of(0, 1), 2)).toBe(0);
  });

  it('counts given pairs, and how many of them are the same', async () => {
    const { look: all } = await look(recipeFile('tiny/connected-records'));
    const { train, validation, test } = all.parts;
    expect(train!.positives + validation!.positives + test!.positives).toBe(360);
    expect(all.overlap).toEqual({ items: 0, groups: 0, pairs: 0 });
    expect(train!.items + validation!.items + test!.items).toBe(280);
  });

  it('tells of a date that is none at its line, and of more folds than groups at the recipe', async () => {
    const rows = readFileSync(join(root, 'recipes/tiny/data/matches.csv'), 'utf8').split('\n');
    const bad = join(folder, 'bad.csv');
    writeFileSync(bad, rows.map((row, i) => (i === 4 ? row.replace(/^[\d-]+/, '2024-02-30') : row)).join('\n'));
    const problemsOf = async (file: string, set: readonly string[]): Promise<readonly Problem[]> => {
      const error = await look(file, set).catch((thrown: unknown) => thrown);
      return (error as ProblemError).problems;
    };
    const [date] = await problemsOf(recipeFile('tiny/later-matches'), [`data.source.path=${bad}`]);
    expect(date).toMatchObject({ code: 'DATA_VALUE', place: { file: bad, line: 5, column: 1 } });
    expect(date!.message).toMatch(/^column "day" is "2024-02-30": it must be a date of ISO 8601/);
    const [folds] = await problemsOf(recipeFile('tiny/folds'), ['data.split.folds=30']);
    expect(folds).toMatchObject({
      code: 'DATA_GROUPS',
      message: '30 folds need at least 30 groups; the data has 24 (from --set data.split.folds=30)',
      path: 'data.split.folds',
    });
  });

  it('counts a stream as it passes', async () => {
    const { look: all } = await look(recipeFile('tiny/stream'));
    const { train, validation, test } = all.parts;
    expect(train!.items + validation!.items + test!.items).toBe(600);
    expect(train!.groups).toMatchObject({ count: 4, without: 0 });
  });
});

describe('pairs as training sees them', () => {
  it('are of both kinds, whatever the sampler yields', async () => {
    for (const name of ['glyphs', 'random-triplets', 'class-balanced', 'connected-records']) {
      const { samples } = await look(recipeFile(`tiny/${name}`));
      expect([name, samples.same.length, samples.different.length]).toEqual([name, 12, 12]);
    }
  });

  it('went through every augmentation, on the host and in the step, and left no tensor', async () => {
    const before = tfc.memory().numTensors;
    const file = recipeFile('tiny/unseen-groups');
    const plain = (await look(file)).samples;
    const { samples } = await look(file, ['data.augment=[{type: test/hundred}, {type: test/thousand, sides: left}]']);
    const numbers = ({ words }: { readonly words: string }): number[] =>
      words.replace('values: ', '').split(', ').slice(0, 6).map(Number); // biome-ignore format: one line
    for (const [i, { left, right }] of samples.same.entries()) {
      expect(left.key).toBe(plain.same[i]!.left.key);
      expect(Math.abs(numbers(left)[0]! - numbers(plain.same[i]!.left)[0]! - 1100)).toBeLessThan(6); // of three digits
      expect(Math.abs(numbers(right)[0]! - numbers(plain.same[i]!.right)[0]! - 100)).toBeLessThan(1);
    }
    expect(tfc.memory().numTensors).toBe(before);
  });

  it('stand in a page that escapes what data says', async () => {
    const { look: all, samples } = await look(
      recipe(
        'evil',
        [
          '<b>,a,1,1,n',
          's1,a,2,2,n',
          's2,b,3,3,n',
          's3,b,4,4,n',
          's4,a,1,5,n',
          's5,b,4,7,n',
          's6,a,1,9,n',
          's7,b,4,8,n',
        ],
        '  split: none\n',
      ),
    );
    const page = await dataPage(all, samples);
    expect(page).toContain('&lt;b&gt;');
    expect(page).not.toContain('<b>,');
    expect(page).toContain("default-src 'none'");
  });
});

it('siamese data: tables on stdout, the page where it is asked for', () => {
  const page = join(folder, 'page.html');
  const siamese = (...args: string[]) =>
    spawnSync(process.execPath, ['dist/core/cli/main.js', 'data', 'recipes/tiny/unseen-groups.yaml', ...args], { cwd: root, encoding: 'utf8' }); // biome-ignore format: one line
  const { status, stdout, stderr } = siamese('--out', page);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^part +items +groups +copies +also in training\ntrain +260 +13 +0 +-\n/m);
  expect(stdout).toContain('in several parts: 0 items, 0 groups, 0 pairs (proven zero: groups, items)');
  expect(readFileSync(page, 'utf8')).toContain('<h1>Data of unseen-groups</h1>');
  const json = JSON.parse(siamese('--json', '--no-page').stdout);
  expect(json).toMatchObject({ recipe: 'unseen-groups', split: 'unseen-groups', folds: 1, page: null });
});
