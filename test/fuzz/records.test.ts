import fc from 'fast-check';
import { test } from 'vitest';
import type { Files } from '../../core/contract/index.js';
import { memoryBytes, readLines } from '../../core/files/index.js';
import type { Plugin } from '../../core/plugin/define.js';
import type { Options } from '../../core/plugin/view.js';
import { fail } from '../../core/problem/index.js';
import { linkedTables } from '../../plugins/sources/linked-tables.js';
import { triplets } from '../../plugins/sources/triplets.js';
import { windows } from '../../plugins/sources/windows.js';
import { sourceWith } from '../plugins/sources/opening.js';
import { damaged, fuzz } from './fuzz.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
type Held = Readonly<Record<string, Uint8Array>>;

/** Files in memory. */
const filesOf = (held: Held): Files => ({
  resolve: (path) => path,
  async open(path) {
    const source = memoryBytes(path, held[path] ?? fail('DATA_MISSING', `${path} does not exist`));
    return { ...source, path, lines: (from: number) => readLines(source, from), close: async () => {} };
  },
  glob: async () => [],
  signal: new AbortController().signal,
});

/** Made once: options are checked elsewhere. */
function readerOf(plugin: Plugin<'source'>, options: Options): (held: Held) => Promise<void> {
  const source = sourceWith(plugin, options);
  return async (held) => {
    await source.describe(filesOf(held));
    const data = await source.open(filesOf(held));
    await data.close();
  };
}

/** Good files, one of them damaged. */
const oneDamaged = (good: Held): fc.Arbitrary<Held> =>
  fc.oneof(...Object.entries(good).map(([name, bytes]) => damaged(bytes).map((hurt) => ({ ...good, [name]: hurt }))));

const cell = fc.oneof(fc.constantFrom('a', 'b', 'm1', 'm2', '', '"', '"a', '__proto__', 'constructor', 'é', '1e999'), fc.string({ maxLength: 4 })); // biome-ignore format: one choice
const csvOf = (head: string): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.array(cell, { minLength: head.split(',').length, maxLength: head.split(',').length }), { maxLength: 6 })
    .map((rows) => encode([head, ...rows.map((row) => row.join(','))].join('\n')));

const linked = {
  'users.csv': encode('id,age,name\na,1,x\nb,2.5,"y ""z"""\n'),
  'films.jsonl': encode('{"film":"m1","v":[1,2]}\n{"film":"m2","v":[3,4]}\n'),
  'pairs.csv': encode('user,film,same,weight\na,m1,1,1\nb,m2,0,0.5\nb,m1,1,2\n'),
};
const linkedOptions = {
  left: { path: 'users.csv', key: 'id' },
  right: { path: 'films.jsonl', key: 'film' },
  pairs: { path: 'pairs.csv', left: 'user', right: 'film', target: 'same', weight: 'weight' },
};
const anyPairs = csvOf('user,film,same,weight').map((pairs) => ({ ...linked, 'pairs.csv': pairs }));
const fewPairs = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('m1', 'm2', 'm3')), { minLength: 1, maxLength: 4 })
  .map((rows) => ({ ...linked, 'pairs.csv': encode(['user,film,same,weight', ...rows.map((row) => `${row},1,1`)].join('\n')) })); // biome-ignore format: one map

test('any linked tables are tables or a problem', () =>
  fuzz('linked-tables', fc.oneof(oneDamaged(linked), anyPairs, fewPairs), readerOf(linkedTables, linkedOptions)));

const given = {
  'items.csv': encode('id,x\na,1\nb,2\nc,3\n'),
  'triplets.csv': encode('anchor,positive,negative,part\na,b,c,x\nb,a,c,\n'),
};
const inline = csvOf('anchor,positive,negative,part').map((rows) => ({ ...given, 'triplets.csv': rows }));

test('any triplets are triplets or a problem, of keys and of items', () => {
  const keyed = readerOf(triplets, { path: 'triplets.csv', items: { path: 'items.csv', key: 'id' } });
  const whole = readerOf(triplets, { path: 'triplets.csv' });
  return fuzz(
    'triplets',
    fc.tuple(fc.oneof(oneDamaged(given), inline), fc.constantFrom(keyed, whole)),
    ([held, read]) => read(held),
  );
});

const signal = { 'signal.csv': encode(`session,label,a,b\n${'s,x,1,2\ns,x,3,4\nt,y,5,6\nt,y,7,8\n'.repeat(3)}`) };
const readings = csvOf('session,label,a,b').map((rows) => ({ 'signal.csv': rows }));

test('any rows are windows or a problem', () => {
  const readers = [1, 2, 3, 4].map((length) =>
    readerOf(windows, { path: 'signal.csv', length, stride: 1, by: 'session', group: 'label' }),
  );
  return fuzz(
    'windows',
    fc.tuple(fc.oneof(oneDamaged(signal), readings), fc.constantFrom(...readers)),
    ([held, read]) => read(held),
  );
});
