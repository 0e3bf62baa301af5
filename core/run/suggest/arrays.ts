/** Recipes for arrays and idx files. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { npzNames, openFiles } from '../../files/index.js';
import { fail, listed } from '../../problem/index.js';
import {
  byGroups,
  givenPairs,
  images,
  margin,
  type Suggesting,
  type Suggestion,
  splitsOfGroups,
  splitsOfItems,
  vectors,
  within,
} from './parts.js';

/** A folder as MNIST comes: images and labels, perhaps of a test part too. */
export function idxFolder(data: string, how: Suggesting): Suggestion {
  const names = readdirSync(data).filter((name) => /idx\d?-ubyte$/.test(name));
  const find = (pattern: RegExp): string | undefined => names.find((name) => pattern.test(name));
  const [items, groups] = [find(/^train.*(images|items)/), find(/^train.*(labels|groups)/)];
  if (!items || !groups) {
    return fail(
      'DATA_FORMAT',
      `${data} has no images, and neither idx files called train...images and train...labels nor arrays called items.npy and groups.npy, or left.npy and right.npy, which init looks for in a folder`,
    );
  }
  const path = (name: string): string => within(join(data, name), how);
  const [testItems, testGroups] = [find(/^(t10k|test).*(images|items)/), find(/^(t10k|test).*(labels|groups)/)];
  const test = testItems && testGroups ? `, test: { items: ${path(testItems)}, groups: ${path(testGroups)} }` : '';
  return {
    seen: [`idx files in ${basename(resolve(data))}${test ? ', with a test part of their own' : ''}`],
    source: `source: { type: idx, items: ${path(items)}, groups: ${path(groups)}${test} }`,
    splits: test
      ? ['split: { type: stratified, validation: 0.1 }   # the test part comes with the data']
      : splitsOfItems,
    encoder: images,
    loss: margin,
    sampler: byGroups,
  };
}

const groupNames = ['groups', 'group', 'labels', 'label', 'y'];

/** Arrays by their usual names: items and groups, or left and right, with or without targets; null where there are none. */
export function arrayFolder(folder: string, how: Suggesting): Suggestion | null {
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
export function besideArray(data: string, how: Suggesting): Suggestion {
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
  splits: splitsOfGroups,
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

export async function archive(data: string, how: Suggesting): Promise<Suggestion> {
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
    `${basename(data)} holds ${listed(names)}; init looks for items and groups, or left, right and target`,
  );
}
