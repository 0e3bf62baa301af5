import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Kind, Slot } from '../../core/contract/index.js';
import { slots } from '../../core/contract/index.js';
import { definePlugin, type Plugin } from '../../core/plugin/define.js';
import type { Problem } from '../../core/problem/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { smokeRun } from '../../core/run/smoke.js';
import { builtIn } from '../../plugins/index.js';
import { problemOf } from '../files/problem-of.js';
import { temporaryFolder } from './command.js';
import { runRecipe } from './running.js';

/** Plugins that get one thing wrong, as their authors do: what a run says, and the line of the recipe that it points at. */

const folder = temporaryFolder();
const none = { type: 'object', additionalProperties: false, properties: {} } as const;
type Broken = Readonly<Record<string, unknown>>;

/** Each part stands on a line of its own, which is where a fault of it is told. */
const lines: Readonly<Record<string, string>> = {
  engine: 'engine: portable',
  source: 'data: { source: { type: synthetic, groups: 10, perGroup: 6, shape: [4] },',
  split: '  split: { type: stratified, validation: 0.2, test: 0.2 },',
  augmentation: '  augment: [],',
  cache: '  cache: { use: never } }',
  encoder: 'encoder: { type: mlp, hidden: [4], dimensions: 3 }',
  distance: 'distance: euclidean',
  head: 'head: none',
  loss: 'loss: contrastive',
  sampler: 'sampler: balanced-pairs',
  optimizer: 'optimizer: adam',
  schedule: 'train: { epochs: 1, batchSize: 8, schedule: constant }',
  evaluator: 'evaluate: { metrics: [verification], baselines: off }',
};
const usual: Readonly<Record<string, string>> = {
  source: 'synthetic, groups: 10, perGroup: 6, shape: [4]',
  split: 'stratified, validation: 0.2, test: 0.2',
  augmentation: '[]',
  distance: 'euclidean',
  head: 'none',
  loss: 'contrastive',
  sampler: 'balanced-pairs',
  optimizer: 'adam',
  schedule: 'constant',
  evaluator: '[verification]',
};
const line = (kind: string): number => Object.keys(lines).indexOf(kind) + 3;

let written = 0;
function recipeWith(kind: Kind, broken: Plugin, more: Readonly<Record<string, string>> = {}): string {
  const use = kind === 'evaluator' || kind === 'augmentation' ? `[${broken.name}]` : broken.name;
  const own = { ...lines, ...more };
  if (!(kind in more)) own[kind] = own[kind]!.replace(usual[kind]!, use);
  const path = join(folder, `faulty-${written++}.yaml`);
  writeFileSync(path, `version: 1\nname: faulty\n${Object.values(own).join('\n')}\n`);
  return path;
}

const declared: Readonly<Partial<Record<Kind, Broken>>> = {
  source: { access: 'random', relations: ['groups'] },
  split: { of: 'items', disjoint: [] },
  augmentation: { accepts: ['vector'], place: 'step' },
  distance: { range: [0, Number.POSITIVE_INFINITY] },
  head: { produces: 'logit', reads: 'distance' },
  loss: { needs: { score: 'distance' } },
  sampler: { from: 'groups', streams: false, yields: 'pairs' },
  optimizer: { slots: { velocity: 0 } },
  evaluator: {
    measures: 'pairs',
    metrics: { share: { better: 'higher', range: [0, 1], description: 'A share.' } },
  },
};

function brokenPlugin(kind: Kind, create: unknown, more: Broken = {}): Plugin {
  const definition = {
    name: 'test/broken',
    summary: 'Gets one thing wrong.',
    options: none,
    ...declared[kind],
    ...more,
  };
  return definePlugin(slots[kind] as Slot<Kind>, { ...definition, create: () => create } as never) as Plugin;
}

const rows = (count: number, from = 0): Int32Array => Int32Array.from({ length: count }, (_, row) => row + from);
const table = (more: Broken = {}): Broken => ({
  size: 60,
  keys: (of: Int32Array) => Array.from(of, (row) => `item ${row}`),
  read: async (of: Int32Array) => ({ x: Float32Array.from({ length: of.length * 2 }, (_, i) => i % 7) }),
  where: (row: number) => ({ file: 'data', row }),
  ...more,
});
const described = (more: Broken = {}): Broken => ({
  sides: { items: { size: 60, columns: { x: { kind: 'vector', shape: [2], nullable: false } } } },
  relation: 'groups',
  access: 'random',
  relations: 10,
  ...more,
});
const groups = Int32Array.from(rows(60), (row) => row % 10);
const opened = (more: Broken = {}): Broken => ({
  access: 'random',
  tables: { items: table() },
  groups,
  groupNames: null,
  pairs: null,
  triplets: null,
  given: null,
  close: async () => {},
  ...more,
});
const sourceOf = (data: unknown, description: unknown = described()): Broken => ({
  describe: async () => description,
  open: async () => data,
});
const batches = (batch: unknown): Broken => ({ count: 3, batch: () => batch });
const samplerOf = (sampled: unknown, planned: unknown = { batches: 3, rows: 24, positives: 0.5 }): Broken => ({
  plan: () => planned,
  sample: () => sampled,
});
const splitOf = (assigned: unknown, folds: unknown = 1): Broken => ({ folds, assign: () => assigned });
const evaluatorOf = (result: unknown): Broken => ({ begin: () => ({ add() {}, result: () => result }) });
const boom = (): never => {
  throw new Error('boom');
};
/** Sound when it is looked at before the first step, which is 33 times at most. */
function lateNaN(): Broken {
  let calls = 0;
  return { factor: () => (++calls > 33 ? Number.NaN : 1) };
}
interface Update {
  readonly weight: tfc.Tensor;
  readonly slots: { readonly velocity: tfc.Tensor };
}

const fewPairs = { left: rows(3), right: rows(3, 1), target: new Float32Array(3), weight: null };
/** Each item a sequence by itself. */
const apart = { sequence: rows(60), start: new Int32Array(60), length: 2, by: null };

type Case = readonly [what: string, kind: Kind, create: unknown, message: string | RegExp, more?: Broken];
const cases: readonly Case[] = [
  ['source that reads nothing', 'source', sourceOf(opened({ tables: { items: table({ read: async () => undefined }) } })), 'the source gave no columns: they must be a map of names to values'],
  ['source whose read throws', 'source', sourceOf(opened({ tables: { items: table({ read: async () => boom() }) } })), 'the source threw: boom'],
  ['source whose keys throw', 'source', sourceOf(opened({ tables: { items: table({ keys: boom }) } })), 'the source threw: boom'],
  ['source of too few keys', 'source', sourceOf(opened({ tables: { items: table({ keys: () => ['a'] }) } })), /^the source gave 1 keys for \d+ rows$/],
  ['source without tables', 'source', sourceOf(opened({ tables: undefined })), 'the source opened data without tables: they must be { items }, or { left, right }'],
  ['source that opens nothing', 'source', sourceOf(undefined), 'the source opened nothing'],
  ['source whose groups are too short', 'source', sourceOf(opened({ groups: groups.slice(0, 20) })), 'the source gave the groups of 20 items, but it has 60'],
  ['source whose groups are empty', 'source', sourceOf(opened({ groups: new Int32Array() })), 'the source gave the groups of 0 items, but it has 60'],
  ['source whose groups are a list', 'source', sourceOf(opened({ groups: Array.from(groups) })), 'the source gave groups that are no Int32Array'],
  ['source of a negative group', 'source', sourceOf(opened({ groups: groups.map((group) => group - 2) })), 'the source gave item 0 the group -2: a group is a code from 0 up, -1 for none'],
  ['source of too few names', 'source', sourceOf(opened({ groupNames: ['a', 'b'] })), 'the source gave 2 names of groups, but item 9 is of the group 9'],
  ['source of a part that there is not', 'source', sourceOf(opened({ given: new Uint8Array(60).fill(3, 7) })), 'the source gave row 7 the part 3: 0 is train, 1 validation, 2 test'],
  ['source of a pair column that is none', 'source', sourceOf(opened({ pairs: fewPairs, pairColumns: { day: 3 } })), 'the source gave no list of values as the pair column "day"'],
  ['source of a pair column that is too short', 'source', sourceOf(opened({ pairs: fewPairs, pairColumns: { day: ['mo'] } })), 'the source gave 1 values of the pair column "day" for 3 pairs or triplets'],
  ['source of a pair column of half a value', 'source', sourceOf(opened({ pairs: fewPairs, pairColumns: { day: new Float32Array(4) } })), 'the source gave 4 values of the pair column "day" for 3 pairs or triplets'],
  ['source of overlaps that are lists', 'source', sourceOf(opened({ overlaps: { ...apart, start: Array.from(apart.start) } })), 'the source gave overlaps whose sequence or start is no Int32Array'],
  ['source of overlaps that are too short', 'source', sourceOf(opened({ overlaps: { ...apart, start: new Int32Array(3) } })), 'the source gave the overlaps of 60 sequences and 3 starts, but it has 60 items'],
  ['source of overlaps of no length', 'source', sourceOf(opened({ overlaps: { ...apart, length: 0 } })), 'the source gave overlaps of the length 0: it must be the number of steps in an item'],
  ['source of overlaps that go back', 'source', sourceOf(opened({ overlaps: { ...apart, sequence: new Int32Array(60), start: apart.sequence.toReversed() } })), 'the source gave overlaps of which item 1 starts before the one before it'],
  ['source of overlaps in no order', 'source', sourceOf(opened({ overlaps: { ...apart, sequence: apart.sequence.map((item) => item % 2) } })), 'the source gave overlaps that come back to sequence 0 at item 2: items of a sequence stand together'],
  ['split that returns nothing', 'split', splitOf(undefined), 'data.split gave no list of parts, it must give 60'],
  ['split that is too short', 'split', splitOf(['train']), 'data.split gave 1 parts for 60 items'],
  ['split of no folds', 'split', splitOf([], 0), 'split test/broken has 0 folds: it must be an integer from 1 up'],
  ['split without a function', 'split', { folds: 1 }, 'split test/broken has no function assign: what create returns must have one'],
  ['sampler that returns nothing', 'sampler', undefined, 'sampler test/broken returned nothing from create: it must return a sampler'],
  ['sampler without right rows', 'sampler', samplerOf(batches({ left: rows(8), target: null })), 'the sampler gave no rows of right in a batch: it must be an Int32Array'],
  ['sampler of empty batches', 'sampler', samplerOf(batches({ left: rows(0), right: rows(0), target: null })), 'the sampler gave an empty batch'],
  ['sampler whose target is NaN', 'sampler', samplerOf(batches({ left: rows(8), right: rows(8, 1), target: new Float32Array(8).fill(Number.NaN) })), 'the sampler gave the target NaN in a batch: it must be a finite number'],
  ['sampler that samples nothing', 'sampler', samplerOf(undefined), 'the sampler gave nothing: sample must return { count, batch }'],
  ['sampler that plans nothing', 'sampler', samplerOf(null, null), 'the sampler planned nothing: plan must return { batches } as a count, or { problem }'],
  ['distance that returns nothing', 'distance', { between: () => undefined }, /^distance\.between returned nothing, it must return a tensor of the shape \[\d+\]$/],
  ['distance of a column', 'distance', { between: (a: tfc.Tensor, b: tfc.Tensor) => tfc.sum(tfc.sub(a, b), 1, true) }, /^distance\.between returned the shape \[(\d+),1\], it must return \[\1\]$/],
  ['distance that throws', 'distance', { between: boom }, 'the distance threw: boom'],
  ['head of a single number', 'head', { score: ({ distance }: { distance: () => tfc.Tensor }) => tfc.mean(distance()) }, /^head\.score returned the shape \[\], it must return \[\d+\]$/],
  ['head of a column', 'head', { score: ({ distance }: { distance: () => tfc.Tensor }) => tfc.expandDims(distance(), 1) }, /^head\.score returned the shape \[8,1\], it must return \[8\]$/],
  ['head of a single number in evaluation', 'head', { score: ({ distance }: { distance: () => tfc.Tensor }, _: unknown, { training }: { training: boolean }) => (training ? distance() : tfc.mean(distance())) }, /^head\.score returned the shape \[\], it must return \[\d+\]$/],
  ['head that returns nothing', 'head', { score: () => undefined }, 'head.score returned nothing, it must return a tensor of the shape [8]'],
  ['head that throws', 'head', { score: boom }, 'the head threw: boom'],
  ['loss that returns nothing', 'loss', { perPair: () => undefined }, 'loss test/broken returned nothing, it must return a tensor of the shape [8]'],
  ['loss of a number', 'loss', { perPair: () => 3 }, 'loss test/broken returned no tensor, it must return a tensor of the shape [8]'],
  ['loss of a batch that returns nothing', 'loss', { perPairBatch: () => undefined }, 'loss test/broken returned nothing: it must return { terms: [{ values }, ..] }, where values is a tensor', { needs: { embeddings: 'pairs' } }],
  ['loss of a batch without values', 'loss', { perPairBatch: () => ({ terms: [{}] }) }, 'loss test/broken returned something else: it must return { terms: [{ values }, ..] }, where values is a tensor', { needs: { embeddings: 'pairs' } }],
  ['loss whose monitor is a number', 'loss', { perPairBatch: ({ left }: { left: tfc.Tensor }) => ({ terms: [{ values: tfc.sum(left, 1) }], monitors: { share: 1 } }) }, 'loss test/broken, as its monitor share, returned no tensor, it must return a tensor of the shape []', { needs: { embeddings: 'pairs' } }],
  ['optimizer without slots', 'optimizer', { update: ({ weight }: Update) => ({ weight }) }, 'the optimizer, of the weight encoder/dense-1/kernel, as its slot velocity, returned nothing, it must return a tensor of the shape [4,4]'],
  ['optimizer of a single number', 'optimizer', { update: ({ weight, slots: own }: Update) => ({ weight: tfc.sum(weight), slots: own }) }, 'the optimizer, of the weight encoder/dense-1/kernel, returned the shape [], it must return [4,4]'],
  ['optimizer that returns nothing', 'optimizer', { update: () => undefined }, 'the optimizer, of the weight encoder/dense-1/kernel, as its slot velocity, returned nothing, it must return a tensor of the shape [4,4]'],
  ['schedule of NaN', 'schedule', { factor: () => Number.NaN }, 'schedule test/broken gave the factor NaN at step 1: it must be a finite number from 0 up'],
  ['schedule of NaN that shows in training alone', 'schedule', lateNaN(), /^the schedule gave the factor NaN at step [1-9]: it must be a finite number from 0 up$/],
  ['schedule that returns nothing', 'schedule', { factor: () => undefined }, 'schedule test/broken gave no number as factor (undefined) at step 1: it must be a finite number from 0 up'],
  ['schedule below 0', 'schedule', { factor: () => -1 }, 'schedule test/broken gave the factor -1 at step 1: it must be a finite number from 0 up'],
  ['augmentation that returns nothing', 'augmentation', { augment: () => undefined }, 'augmentation test/broken of field items returned nothing, it must return a tensor of the shape [8,4]'],
  ['augmentation of another shape', 'augmentation', { augment: (values: tfc.Tensor) => tfc.slice(values, 0, 1) }, 'augmentation test/broken of field items returned the shape [1,4], it must return [8,4]'],
  ['augmentation on the host that returns nothing', 'augmentation', { augment: () => undefined }, 'augmentation test/broken of field items returned nothing, it must return 4 values', { place: 'worker' }],
  ['augmentation on the host that throws', 'augmentation', { augment: boom }, 'augmentation test/broken threw: boom', { place: 'worker' }],
  ['evaluator whose value is text', 'evaluator', evaluatorOf({ values: { share: '0.5' } }), 'evaluator test/broken returned "0.5" as share: a figure must be a number, or NaN'],
  ['evaluator that returns nothing', 'evaluator', evaluatorOf(undefined), 'evaluator test/broken returned nothing: result must return { values }'],
  ['evaluator without values', 'evaluator', evaluatorOf({}), 'evaluator test/broken returned no values: they must be a map of names to numbers'],
  ['evaluator that throws', 'evaluator', { begin: () => ({ add: boom, result: boom }) }, 'evaluator test/broken threw: boom'],
  ['schedule whose state a checkpoint would lose', 'schedule', { factor: () => 1, observe: () => new Map([[1, 2]]) }, /^the schedule gave a state that no checkpoint can hold: it is a Map\. /],
  ['evaluator that begins nothing', 'evaluator', { begin: () => undefined }, 'evaluator test/broken began nothing: begin must return { add, result }'],
]; // biome-ignore format: a table

describe('a plugin that gets one thing wrong is told so, at its place in the recipe', () => {
  it.each(cases.map((one) => ({ what: one[0], one })))(
    '$what',
    async ({ one: [, kind, create, message, more = {}] }) => {
      const broken = brokenPlugin(kind, create, more);
      const path = recipeWith(kind, broken, kind === 'head' ? { loss: 'loss: bce' } : {});
      const run = () => runRecipe(path, { out: join(folder, `out-${written}`), plugins: [broken] });
      const found = await problemOf(run);
      if (typeof message === 'string') expect(found.message).toBe(message);
      else expect(found.message).toMatch(message);
      expect(found).toMatchObject({ code: 'PLUGIN_FAILED', place: { file: path, line: line(kind) } });
    },
  );
});

describe('where it stands', () => {
  it('of several in a list it is the one that fails', async () => {
    const broken = brokenPlugin('loss', { perPair: boom });
    const path = recipeWith('loss', broken, { loss: 'loss: [contrastive, { type: test/broken, weight: 2 }]' });
    const found = await problemOf(() => runRecipe(path, { out: join(folder, 'out-list'), plugins: [broken] }));
    expect(found).toMatchObject({ message: 'loss test/broken threw: boom', path: 'loss.1' });
    expect(found.place).toMatchObject({ line: line('loss'), column: 'loss: [contrastive, '.length + 1 });
  });

  it('an evaluator is called as in the recipe, under whatever name its figures are reported', async () => {
    const broken = brokenPlugin('evaluator', { begin: boom }, { reportedAs: 'fine' });
    const path = recipeWith('evaluator', broken, { evaluator: 'evaluate: { metrics: [verification, test/broken] }' });
    const found = await problemOf(() => runRecipe(path, { out: join(folder, 'out-named'), plugins: [broken] }));
    expect(found).toMatchObject({ message: 'evaluator test/broken threw: boom', path: 'evaluate.metrics.1' });
  });
});

/** What `validate --smoke` finds. */
async function smoked(path: string, broken: Plugin): Promise<readonly Problem[]> {
  const { planned, registry, problems } = await planRecipe(path, { registry: [...builtIn, broken] });
  if (!planned || !registry) throw new Error(problems.map(({ message }) => message).join('\n'));
  return smokeRun(planned, registry, new AbortController().signal);
}

describe('two steps on a few items find it too', () => {
  it.each([
    [
      'source',
      sourceOf(opened({ groups: groups.slice(0, 20) })),
      'the source gave the groups of 20 items, but it has 60',
    ],
    ['split', splitOf([], 0), 'split test/broken has 0 folds: it must be an integer from 1 up'],
    ['head', { score: ({ distance }: { distance: () => tfc.Tensor }) => tfc.mean(distance()) }, /^head\.score returned the shape \[\]/], // biome-ignore format: a table
  ] as const)('%s', async (kind, create, message) => {
    const broken = brokenPlugin(kind, create);
    const path = recipeWith(kind, broken, kind === 'head' ? { loss: 'loss: bce' } : {});
    const found = await smoked(path, broken);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ code: 'PLUGIN_FAILED', message: expect.stringMatching(message) });
    expect(found[0]!.place).toMatchObject({ file: path, line: line(kind) });
  });
});

describe('a source that describes no data is told so before anything is read', () => {
  it.each([
    [null, 'described nothing: describe must return { sides, relation, access, relations }'],
    [described({ sides: undefined }), 'described no sides: they must be { items }, or { left, right }'],
    [described({ sides: { items: {} } }), 'described no sides.items.columns: they must be a map of columns'],
    [described({ sides: { items: { size: 1, columns: { x: null } } } }), 'described sides.items.columns.x without its kind and shape'], // biome-ignore format: a table
    [described({ relation: 'group' }), 'described the relation "group": it must be groups, pairs or triplets'],
    [described({ access: undefined }), 'described the access undefined: it must be random or stream'],
  ])('%#', async (description, message) => {
    const broken = brokenPlugin('source', sourceOf(opened(), description));
    const path = recipeWith('source', broken);
    const { problems } = await planRecipe(path, { registry: [...builtIn, broken] });
    expect(problems).toMatchObject([
      { code: 'PLUGIN_FAILED', message: `source test/broken ${message}`, place: { line: line('source') } },
    ]);
  });
});

it('a stream that gives no rows is told so', async () => {
  const streamed = (chunk: unknown): Broken => ({
    access: 'stream',
    chunks: async function* () {
      yield chunk;
    },
    close: async () => {},
  });
  const sound = { keys: ['a', 'b'], columns: { x: new Float32Array(4) }, groups: ['p', 'q'], pairs: null };
  const messages: string[] = [];
  for (const chunk of [
    undefined,
    { ...sound, keys: [1, 2] },
    { ...sound, columns: undefined },
    { ...sound, groups: ['p'] },
  ]) {
    const create = sourceOf(streamed(chunk), described({ access: 'stream' }));
    const broken = brokenPlugin('source', create, { access: 'stream' });
    const path = recipeWith('source', broken, { split: '  split: hash,', cache: '  shuffleBuffer: 100 }' });
    const found = await problemOf(() => runRecipe(path, { out: join(folder, `out-${written}`), plugins: [broken] }));
    expect(found).toMatchObject({ code: 'PLUGIN_FAILED', place: { line: line('source') } });
    messages.push(found.message);
  }
  expect(messages).toEqual([
    'the source gave no keys of a chunk: they must be a list of texts',
    'the source gave the key 1: a key must be text',
    'the source gave no columns: they must be a map of names to values',
    'the source gave a chunk of 2 keys and 1 groups',
  ]);
});

it('a split of a stream that says nothing of a row, or throws, is told so', async () => {
  const chunk = { keys: ['a', 'b'], columns: { x: new Float32Array(4) }, groups: ['p', 'q'], pairs: null };
  const streamed = {
    access: 'stream',
    chunks: async function* () {
      yield chunk;
    },
    close: async () => {},
  };
  const create = sourceOf(streamed, described({ access: 'stream' }));
  const source = brokenPlugin('source', create, { access: 'stream', name: 'test/stream' });
  const cases: readonly (readonly [unknown, string])[] = [
    [() => undefined, 'data.split said "undefined" of the row a; it must be train, validation, test, unused'],
    [boom, 'the split threw: boom'],
  ];
  for (const [assignRow, message] of cases) {
    const broken = brokenPlugin('split', { ...splitOf([]), assignRow });
    const shown = {
      source: lines['source']!.replace(usual['source']!, 'test/stream'),
      cache: '  shuffleBuffer: 100 }',
    };
    const own = { ...shown, split: '  split: test/broken,' };
    const path = recipeWith('split', broken, own);
    const run = () => runRecipe(path, { out: join(folder, `out-${written}`), plugins: [broken, source] });
    expect(await problemOf(run)).toMatchObject({ code: 'PLUGIN_FAILED', message, place: { line: line('split') } });
  }
});

it('data that a source brings of its own, all right, is taken as it is', async () => {
  const path = recipeWith('source', brokenPlugin('source', sourceOf(opened())));
  const plugins = [brokenPlugin('source', sourceOf(opened({ groupNames: Array.from(rows(10), String) })))];
  const { result } = await runRecipe(path, { out: join(folder, 'out-sound'), plugins });
  expect(result.status).toBe('completed');
});
