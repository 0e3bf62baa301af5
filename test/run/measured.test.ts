import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { summarize } from '../../core/cli/summary.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { forecast } from '../../core/run/forecast.js';
import { smokeRun } from '../../core/run/smoke.js';
import { builtIn } from '../../plugins/index.js';
import { temporaryFolder } from './command.js';
import { runRecipe, silent } from './running.js';

const folder = temporaryFolder();
const table = (name: string, groups: number, rows: number): void => {
  const lines = Array.from({ length: rows }, (_, i) => `g${i % groups},${(i % groups) + Math.sin(i)},${Math.cos(i)}`);
  writeFileSync(join(folder, name), `group,x,y\n${lines.join('\n')}\n`);
};
table('five.csv', 5, 300);
table('twelve.csv', 12, 72);
table('alone.csv', 60, 60);
writeFileSync(
  join(folder, 'pairs.csv'),
  `left,right,same\n${Array.from({ length: 60 }, (_, i) => `${i},${i + 1},1`).join('\n')}\n`,
);

function recipe(name: string, source: string, rest = 'loss: contrastive'): string {
  const file = join(folder, `${name}.yaml`);
  const split = 'split: { type: unseen-groups, validation: 0.2, test: 0.2 }';
  const head = `version: 1\nname: measured\ndata:\n  source: ${source}\n  ${split}\nencoder: { type: mlp, dimensions: 4 }\n`;
  writeFileSync(file, `${head}${rest}\ntrain: { epochs: 1, batchSize: 8 }\n`);
  return file;
}
const groups = (file: string): string => recipe(file, `{ type: table, path: ${file}.csv, group: group }`);

async function foreseen(file: string, ...set: readonly string[]): Promise<readonly string[]> {
  const { planned, registry } = await planRecipe(file, { registry: builtIn, set });
  const { signal } = new AbortController();
  const { problems } = await forecast({ planned: planned!, registry: registry!, log: silent, signal });
  return problems.map(
    ({ severity, code, message, place }) =>
      `${place ? `${place.line}:${place.column} ` : ''}${severity} ${code} ${message}`,
  );
}

const cases: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  ['enough', 'twelve', [], []],
  [
    'parts of one group each',
    'five',
    [],
    [
      '5:10 error MONITOR nothing can be measured: validation has 60 items of 1 group, test has 60 items of 1 group, but verification needs pairs that are the same and pairs that are not, retrieval needs two items of a group, and others to tell them from',
    ],
  ],
  [
    'fewer groups than an episode tells apart',
    'twelve',
    ['evaluate.metrics=[few-shot]'],
    [
      '5:10 error MONITOR nothing can be measured: validation has 18 items of 3 groups, test has 12 items of 2 groups, but fewShot needs 5 groups of at least 2 items',
    ],
  ],
  [
    'a monitor that is not there, beside figures that are',
    'twelve',
    ['evaluate.metrics=[verification, few-shot]', 'train.monitor=fewShot.accuracy'],
    [
      'warning MONITOR fewShot.accuracy cannot be measured on validation, so the last model is kept, not the best: validation has 18 items of 3 groups, but fewShot needs 5 groups of at least 2 items (from --set train.monitor=fewShot.accuracy)',
    ],
  ],
  ['smaller episodes', 'twelve', ['evaluate.metrics=[{ type: few-shot, ways: 2 }]'], []],
  ['nothing that is to be measured', 'five', ['data.split=none', 'evaluate.baselines=off'], []],
];

describe('whether anything can be measured is known before the run', () => {
  it.each(cases)('%s', async (_name, data, set, expected) => {
    expect(await foreseen(groups(data), ...set)).toEqual(expected);
  });

  it('groups of one item each', async () => {
    expect((await foreseen(groups('alone'), 'sampler=random-pairs')).at(-1)).toContain(
      'validation has 12 items of 12 groups, one of each, test has 12 items of 12 groups, one of each, but verification needs',
    );
  });

  it('given pairs of one kind alone', async () => {
    const file = recipe('given', '{ type: pairs, path: pairs.csv, left: left, right: right, target: same }');
    expect(await foreseen(file, 'data.split={ type: random, validation: 0.2 }')).toEqual([
      'warning MONITOR verification.rocAuc cannot be measured on validation, so the last model is kept, not the best: validation has 12 given pairs, 12 of them the same, but verification needs pairs that are the same and pairs that are not (from --set data.split={ type: random, validation: 0.2 })',
    ]);
  });

  it('a run does not begin without, and a try of it on a few items is none', async () => {
    const five = groups('five');
    await expect(runRecipe(five, { out: join(folder, 'five.run') })).rejects.toThrow('nothing can be measured');
    const { planned, registry } = await planRecipe(five, { registry: builtIn, set: ['train.epochs=1'] });
    expect(await smokeRun(planned!, registry!, new AbortController().signal)).toEqual([]);
  });

  it('a run with a monitor that cannot be measured says so, first and last', async () => {
    const set = ['evaluate.metrics=[verification, few-shot]', 'train.monitor=fewShot.accuracy'];
    const ran = await runRecipe(groups('twelve'), { out: join(folder, 'twelve.run'), set });
    expect(ran.notes).toContainEqual(expect.stringMatching(/^warning: fewShot.accuracy cannot be measured/));
    const kept = (monitored: boolean): string | undefined =>
      summarize({ ...ran, details: new Set(), monitored }).match(/model .*\((.*)\)/)?.[1];
    expect(kept(true)).toBe('the last: the monitor could not be measured');
    expect(kept(false)).toBe('the last: nothing is monitored');
  });
});
