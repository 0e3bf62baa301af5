import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../core/problem/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { forecast } from '../../core/run/forecast.js';
import { runPlan } from '../../core/run/run.js';
import { builtIn } from '../../plugins/index.js';
import { temporaryFolder } from './command.js';
import { silent } from './running.js';

const folder = temporaryFolder();
const rows = Array.from({ length: 72 }, (_, i) => `i${i},p${i % 12},${(i % 12) + Math.sin(i)},${Math.cos(i)}`);
writeFileSync(join(folder, 'people.csv'), `id,person,x,y\n${rows.join('\n')}\n`);

function recipe(name: string, { columns = '[x, y]', augment = '[]', encoder = 'mlp' }): string {
  const file = join(folder, `${name}.yaml`);
  const lines = [
    'version: 1',
    'name: people',
    'data:',
    `  source: { type: table, path: people.csv, group: person, columns: ${columns} }`,
    '  split: { type: unseen-groups, validation: 0.2, test: 0.2 }',
    `  augment: ${augment}`,
    `encoder: ${encoder}`,
    'loss: contrastive',
    'train: { epochs: 1, batchSize: 16 }',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const cases: readonly (readonly [string, Parameters<typeof recipe>[1], string])[] = [
  [
    'texts of numbers',
    { encoder: 'text-bag' },
    '7:10 ENCODER_INPUT field features is vector, but encoder text-bag takes text',
  ],
  [
    'images of numbers',
    { encoder: 'conv' },
    '7:10 ENCODER_INPUT field features is vector, but encoder conv takes image or sequence',
  ],
  [
    'numbers of texts',
    { columns: '[id, x, y]' },
    '7:10 ENCODER_INPUT field id is text, but encoder mlp takes vector, number, sequence or image',
  ],
  [
    'a flip of numbers',
    { augment: '[random-flip]' },
    '6:13 FIELD augmentation random-flip takes image, but the fields are features (vector)',
  ],
  [
    'noise on a field that is not there',
    { augment: '[{ type: noise, field: x }]' },
    '6:35 FIELD augmentation noise of field x takes vector, number, sequence or image, but the fields are features (vector)',
  ],
];

/** Of a recipe whose data was not looked at when it was planned: all that is left to see is what is there. */
async function unseen(file: string) {
  const { planned, registry } = await planRecipe(file, { registry: builtIn, data: false });
  return { planned: planned!, registry: registry!, signal: new AbortController().signal, log: silent };
}
const told = (problems: ProblemError['problems']): readonly string[] =>
  problems.map(({ place, code, message }) => `${place?.line}:${place?.column} ${code} ${message}`);

describe('inputs that nobody named', () => {
  it.each(cases)('%s: the forecast tells, and a run does not begin', async (name, parts, expected) => {
    const request = await unseen(recipe(name, parts));
    expect(told((await forecast(request)).problems)).toEqual([expected]);
    const out = join(folder, `${name}.run`);
    const error = await runPlan({ ...request, out, report: () => {} }).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(ProblemError);
    expect(told((error as ProblemError).problems)).toEqual([expected]);
  });

  it.each(cases)('%s: a look at the headers is enough', async (name, parts, expected) => {
    const { problems } = await planRecipe(recipe(name, parts), { registry: builtIn });
    expect(problems.map(({ code }) => code)).toEqual([expected.split(' ')[1]]);
  });

  it('what --set has brought is told with it, since it stands in no file', async () => {
    const set = ['encoder=text-bag', 'data.augment=[random-flip]'];
    const { problems } = await planRecipe(recipe('set', {}), { registry: builtIn, set });
    expect(problems.map(({ message }) => message)).toEqual([
      'the columns of numbers (x, y) are one vector, but encoder text-bag takes text (from --set encoder=text-bag)',
      'augmentation random-flip takes image, but the fields are features (vector) (from --set data.augment=[random-flip])',
    ]);
  });

  it('an encoder of numbers gets numbers, and a change of numbers changes them', async () => {
    const file = recipe('right', { augment: '[noise, { type: field-dropout, field: features }]' });
    expect((await planRecipe(file, { registry: builtIn })).problems).toEqual([]);
    expect((await forecast(await unseen(file))).problems).toEqual([]);
  });
});
