import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import type { Column } from '../contract/index.js';
import { npzNames, openFiles } from '../files/index.js';
import type { Registry } from '../plugin/registry.js';
import { fail } from '../problem/index.js';
import { openPlugin } from './case-plugins.js';

/** What `siamese init` was called with. */
export interface Suggesting {
  /** A data file or folder; null: none, the recipe trains on synthetic vectors. */
  readonly data: string | null;
  /** The recipe to write: paths are relative to its folder. */
  readonly recipe: string;
  readonly registry: Registry;
}

/** The parts of a recipe that depend on the data. */
interface Suggestion {
  /** What was seen, as comment lines. */
  readonly seen: readonly string[];
  readonly source: string;
  readonly split: string;
  readonly encoder: string;
  readonly loss: readonly string[];
  readonly sampler: string;
}

/**
 * A commented recipe for the data.
 * Errors: DATA_MISSING, DATA_FORMAT for data that no source reads, DATA_COLUMN where no column groups the items.
 */
export async function suggestRecipe(how: Suggesting): Promise<string> {
  if (how.data === null) return write(basename(how.recipe), synthetic());
  if (!existsSync(how.data)) fail('DATA_MISSING', `${how.data} does not exist`);
  return write(basename(how.data), await suggestionFor(how.data, how));
}

async function suggestionFor(data: string, how: Suggesting): Promise<Suggestion> {
  if (statSync(data).isDirectory()) return arrayFolder(data, how) ?? idxFolder(data, how);
  const extension = extname(data).toLowerCase();
  if (extension === '.npy') return besideArray(data, how);
  if (['.csv', '.tsv', '.jsonl', '.ndjson'].includes(extension)) return rows(data, how);
  if (extension === '.npz') return archive(data, how);
  return fail(
    'DATA_FORMAT',
    `init knows .csv, .tsv, .jsonl, .npy, .npz and a folder of .npy or idx files; ${basename(data)} is none`,
  );
}

const margin = ['loss: { type: contrastive, margin: 1 }   # same pairs together, different ones beyond the margin'];
const vectors = 'encoder: { type: mlp, hidden: [128], dimensions: 32 }';
const images = 'encoder: { type: conv, filters: [32, 64], dimensions: 64 }';
const byGroups = 'sampler: { type: balanced-pairs, positives: 0.5 }   # half of the pairs of one group';
const unseen = 'split: { type: unseen-groups, validation: 0.1, test: 0.1 }   # no group of test is seen in training';
const seen =
  'split: { type: stratified, validation: 0.1, test: 0.1 }   # a share of every group; unseen-groups is harder and more honest for new groups';

function synthetic(): Suggestion {
  return {
    seen: ['No data was given: groups of noisy vectors stand in for it.'],
    source: 'source: { type: synthetic, groups: 20, perGroup: 50, shape: [16], noise: 0.3 }',
    split: unseen,
    encoder: vectors,
    loss: margin,
    sampler: byGroups,
  };
}

const within = (data: string, how: Suggesting): string => {
  const path = relative(dirname(resolve(how.recipe)), resolve(data));
  return JSON.stringify(path.startsWith('.') ? path : `./${path}`);
};

/** A folder as MNIST comes: images and labels, perhaps of a test part too. */
function idxFolder(data: string, how: Suggesting): Suggestion {
  const names = readdirSync(data).filter((name) => /idx\d?-ubyte$/.test(name));
  const find = (pattern: RegExp): string | undefined => names.find((name) => pattern.test(name));
  const [items, groups] = [find(/^train.*(images|items)/), find(/^train.*(labels|groups)/)];
  if (!items || !groups) {
    return fail(
      'DATA_FORMAT',
      `${data} has neither idx files called train...images and train...labels nor arrays called items.npy and groups.npy, or left.npy and right.npy, which init looks for in a folder`,
    );
  }
  const path = (name: string): string => within(join(data, name), how);
  const [testItems, testGroups] = [find(/^(t10k|test).*(images|items)/), find(/^(t10k|test).*(labels|groups)/)];
  const test = testItems && testGroups ? `, test: { items: ${path(testItems)}, groups: ${path(testGroups)} }` : '';
  return {
    seen: [`idx files in ${basename(resolve(data))}${test ? ', with a test part of their own' : ''}`],
    source: `source: { type: idx, items: ${path(items)}, groups: ${path(groups)}${test} }`,
    split: test ? 'split: { type: stratified, validation: 0.1 }   # the test part comes with the data' : seen,
    encoder: images,
    loss: margin,
    sampler: byGroups,
  };
}

const groupNames = ['groups', 'group', 'labels', 'label', 'y'];

/** Arrays by their usual names: items and groups, or left and right, with or without targets; null where there are none. */
function arrayFolder(folder: string, how: Suggesting): Suggestion | null {
  const has = (name: string): boolean => existsSync(join(folder, `${name}.npy`));
  const groups = groupNames.find(has);
  const named = (names: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(names.map((name) => [name, within(join(folder, `${name}.npy`), how)]));
  if (has('items') && groups) {
    const { items, [groups]: labels } = named(['items', groups]);
    return groupedArrays({ items: items!, groups: labels! }, `arrays items.npy and ${groups}.npy`);
  }
  if (!has('left') || !has('right')) return null;
  const names = ['left', 'right', ...(has('target') ? ['target'] : [])];
  return pairedArrays(named(names), `arrays ${names.map((name) => `${name}.npy`).join(', ')}`);
}

/** An array of items, whose groups stand in another one beside it. */
function besideArray(data: string, how: Suggesting): Suggestion {
  const folder = dirname(data);
  const groups = groupNames.map((name) => join(folder, `${name}.npy`)).find((file) => existsSync(file));
  if (groups && resolve(groups) !== resolve(data)) {
    const seenArrays = `arrays ${basename(data)} and ${basename(groups)}, taken for the groups`;
    return groupedArrays({ items: within(data, how), groups: within(groups, how) }, seenArrays);
  }
  const paired = arrayFolder(folder, how);
  if (paired) return paired;
  return fail(
    'DATA_MISSING',
    `${basename(data)} does not say what belongs together; put the group of each item in groups.npy beside it`,
  );
}

const groupedArrays = (paths: Readonly<Record<'items' | 'groups', string>>, noticed: string): Suggestion => ({
  seen: [noticed],
  source: `source: { type: arrays, items: ${paths.items}, groups: ${paths.groups} }`,
  split: unseen,
  encoder: vectors,
  loss: margin,
  sampler: byGroups,
});

const pairedArrays = (paths: Readonly<Record<string, string>>, noticed: string): Suggestion => ({
  seen: [noticed],
  source: `source: { type: arrays, ${Object.entries(paths)
    .map(([name, path]) => `${name}: ${path}`)
    .join(', ')} }`,
  ...givenPairs('target' in paths ? 'binary' : null),
});

async function archive(data: string, how: Suggesting): Promise<Suggestion> {
  const files = openFiles({ folder: dirname(resolve(data)) });
  const view = await files.open(resolve(data));
  const names = await npzNames(view);
  await files.close();
  const member = (name: string): string => `${within(data, how).slice(0, -1)}#${name}"`;
  const has = (...wanted: readonly string[]): boolean => wanted.every((name) => names.includes(name));
  const named = (...wanted: readonly string[]): Record<string, string> =>
    Object.fromEntries(wanted.map((name) => [name, member(name)]));
  if (has('items', 'groups')) {
    return groupedArrays({ items: member('items'), groups: member('groups') }, 'arrays items and groups');
  }
  if (has('left', 'right')) {
    return pairedArrays(named('left', 'right', ...(has('target') ? ['target'] : [])), 'arrays left and right');
  }
  return fail(
    'DATA_FORMAT',
    `${basename(data)} holds ${names.join(', ')}; init looks for items and groups, or left, right and target`,
  );
}

const givenPairs = (targets: 'binary' | 'real' | null): Omit<Suggestion, 'seen' | 'source'> => ({
  split: 'split: { type: random, validation: 0.1, test: 0.2 }   # of the pairs',
  encoder: vectors,
  loss:
    targets !== 'real'
      ? margin
      : [
          'distance: cosine',
          'head: { type: dense, from: distance }   # a learned value out of the distance',
          'loss: mse',
        ],
  sampler:
    targets === null
      ? 'sampler: { type: random-negatives, perPositive: 4 }   # all given pairs are the same: others are drawn beside them'
      : 'sampler: given-pairs   # each given pair once per epoch',
});

/** A table of rows: pairs where the columns have a left and a right, else items with a group. */
async function rows(data: string, how: Suggesting): Promise<Suggestion> {
  const columns = await columnsOf(data, how);
  const names = Object.keys(columns);
  const path = within(data, how);
  const sides = sidesOf(names);
  if (sides) {
    const target = names.find((name) => /^(target|label|same|is_?same|match|similarity|score|y)$/i.test(name));
    const source = `source: { type: pairs, path: ${path}, left: ${sides.left}, right: ${sides.right}${target ? `, target: ${target}` : ''} }`;
    const real = target !== undefined && /similarity|score/i.test(target);
    return {
      seen: [`${names.length} columns, left and right among them: given pairs`],
      source,
      ...givenPairs(target === undefined ? null : real ? 'real' : 'binary'),
    };
  }
  const group = groupColumn(await firstRows(data, how));
  if (group === null) {
    return fail(
      'DATA_COLUMN',
      `init cannot tell which column says what belongs together; call it "group" (columns: ${names.slice(0, 12).join(', ')})`,
    );
  }
  return {
    seen: [`${names.length} columns; "${group}" is taken for the group`],
    source: `source: { type: table, path: ${path}, group: ${JSON.stringify(group)} }`,
    split: unseen,
    encoder: vectors,
    loss: margin,
    sampler: byGroups,
  };
}

async function columnsOf(data: string, { registry }: Suggesting): Promise<Readonly<Record<string, Column>>> {
  const files = openFiles({ folder: dirname(resolve(data)) });
  try {
    const source = openPlugin(registry, 'source', { type: 'table', options: { path: resolve(data) } }).create();
    const { sides } = await source.describe(files);
    return 'items' in sides ? sides.items.columns : {};
  } finally {
    await files.close();
  }
}

function sidesOf(names: readonly string[]): { readonly left: string; readonly right: string } | null {
  if (names.includes('left') && names.includes('right')) return { left: 'left', right: 'right' };
  for (const mark of ['_', '.', '-']) {
    const has = (side: string): boolean => names.some((name) => name.startsWith(`${side}${mark}`));
    if (has('left') && has('right')) return { left: `"left${mark}*"`, right: `"right${mark}*"` };
  }
  return null;
}

/** Cells of the first rows, by column. */
async function firstRows(data: string, { registry }: Suggesting): Promise<Cells> {
  const files = openFiles({ folder: dirname(resolve(data)) });
  try {
    const options = { path: resolve(data), stream: true };
    const opened = await openPlugin(registry, 'source', { type: 'table', options }).create().open(files);
    if (opened.access !== 'stream') return {};
    for await (const { columns } of opened.chunks(null, { index: 0, count: 1 })) {
      await opened.close();
      const cells = Object.entries(columns).filter(([, one]) => !('data' in one));
      return Object.fromEntries(cells.map(([name, values]) => [name, Array.from(values as ArrayLike<unknown>)]));
    }
    return {};
  } finally {
    await files.close();
  }
}
type Cells = Readonly<Record<string, readonly unknown[]>>;

/** By its name, else the first column of text, or of whole numbers, that repeats itself: what differs in every row groups nothing. */
function groupColumn(cells: Cells): string | null {
  const names = Object.keys(cells).filter((name) => {
    const known = cells[name]!.filter((value) => value !== null && !Number.isNaN(value));
    const distinct = new Set(known).size;
    return (
      distinct > 1 &&
      distinct <= known.length / 2 &&
      known.every((one) => typeof one === 'string' || Number.isInteger(one))
    );
  });
  for (const wanted of [
    /^group$/i,
    /^(label|class|category|identity|person|species|brand|target|y)$/i,
    /_(id|label|class|group)$/i,
  ]) {
    const found = names.find((name) => wanted.test(name));
    if (found) return found;
  }
  return names.find((name) => typeof cells[name]!.find((value) => value !== null) === 'string') ?? names[0] ?? null;
}

function write(name: string, { seen: noticed, source, split, encoder, loss, sampler }: Suggestion): string {
  const title =
    name
      .replace(/\.[^.]*$/, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'recipe';
  return `${[
    ...noticed.map((line) => `# ${line}`),
    '# siamese plan FILE shows every default; siamese explain FILE train.batchSize tells what a value means.',
    'version: 1',
    `name: ${title}`,
    'seed: 1',
    'data:',
    `  ${source}`,
    `  ${split}`,
    encoder,
    ...loss,
    sampler,
    'train: { epochs: 10, batchSize: 64 }',
  ].join('\n')}\n`;
}
