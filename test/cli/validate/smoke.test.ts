import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RandomAccessData } from '../../../core/contract/index.js';
import { fewItems } from '../../../core/data/few.js';
import { siameseIn, sound, workFolder } from './command.js';

const folder = workFolder();
const throwing = `import { definePlugin, Loss, ops } from 'siamese';
export default definePlugin(Loss, {
  name: 'acme/throws', summary: 'Works until it runs.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  needs: { score: 'distance' },
  create: () => ({ perPair: () => { throw new Error('not today'); } }),
});
`;

it('finds what only running finds, and leaves nothing behind', { timeout: 120_000 }, () => {
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in/throws.ts'), throwing);
  writeFileSync(
    join(folder, 'in/throws.yaml'),
    `plugins: [./throws.ts]\n${sound.replace('contrastive', 'acme/throws')}`,
  );
  writeFileSync(join(folder, 'in/sound.yaml'), `${sound}train: { epochs: 50, batchSize: 32 }\ntrackers: []\n`);
  const folds =
    'data: { source: { type: synthetic, groups: 40, perGroup: 60, shape: [4] }, split: { type: k-fold, folds: 18 } }';
  writeFileSync(
    join(folder, 'in/folds.yaml'),
    `${sound.replace(/^data:.*$/m, folds)}train: { steps: 50, batchSize: 32 }\n`,
  );
  writeFileSync(join(folder, 'in/steps.yaml'), `${sound}train: { steps: 5000, batchSize: 32 }\n`);
  expect(siameseIn(folder, ['validate', 'in'])).toMatchObject({ status: 0 });
  const { status, stdout, stderr } = siameseIn(folder, ['validate', 'in', '--smoke', '--format', 'json']);
  expect(status, stderr).toBe(1);
  const results = JSON.parse(stdout) as {
    file: string;
    valid: boolean;
    problems: { code: string; message: string }[];
  }[];
  expect(results.map(({ file, valid }) => [file, valid])).toEqual([
    ['in/folds.yaml', true],
    ['in/sound.yaml', true],
    ['in/steps.yaml', true],
    ['in/throws.yaml', false],
  ]);
  expect(results[3]!.problems).toMatchObject([{ code: 'PLUGIN_FAILED' }]);
  expect(results[3]!.problems[0]!.message).toMatch(/^two steps on a few items: .*acme\/throws.*not today/);
  expect(readdirSync(folder)).toEqual(['in']);
  const told = siameseIn(folder, ['validate', 'in/sound.yaml', '--smoke']);
  expect(told.stdout).toBe('in/sound.yaml: valid, two steps trained\n');
});

const table = (size: number) => ({
  size,
  keys: (rows: Int32Array) => Array.from(rows, String),
  read: async (rows: Int32Array) => ({ x: Float32Array.from(rows) }),
  where: (row: number) => ({ file: 'x', line: row }),
});
const none = { groupNames: null, pairs: null, triplets: null, given: null, close: async () => {} };

it('a few items are whole groups of each part, read by the rows that they have in the data', async () => {
  const size = 100_000;
  const groups = Int32Array.from({ length: size }, (_, row) => 3 + (row % 50));
  const groupNames = Array.from({ length: 53 }, (_, i) => `g${i}`);
  const given = Uint8Array.from({ length: size }, (_, row) => (row < size / 2 ? 0 : 2));
  const data: RandomAccessData = {
    ...none,
    access: 'random',
    tables: { items: table(size) },
    groups,
    groupNames,
    given,
  };
  const few = fewItems(data, { rows: 512, groups: 16 }) as RandomAccessData;
  const { items } = few.tables as { items: ReturnType<typeof table> };
  expect(items.size).toBeGreaterThanOrEqual(2 * 512);
  expect(items.size).toBeLessThan(8 * 512);
  const all = Int32Array.from({ length: items.size }, (_, row) => row);
  const { x } = await items.read(all);
  for (const row of all) {
    expect(few.groupNames![few.groups![row]!]).toBe(groupNames[groups[x[row]!]!]);
    expect(few.given![row]).toBe(given[x[row]!]);
  }
  expect(new Set(few.groups).size).toBe(few.groupNames!.length);
});

it('of pairs the first of each part are kept, with their columns', () => {
  const index = Int32Array.from({ length: 1000 }, (_, row) => row);
  const pairs = { left: index, right: index.map((i) => 999 - i), target: Float32Array.from(index), weight: null };
  const pairColumns = { when: Int32Array.from(index), spot: Float32Array.from({ length: 2000 }, (_, i) => i) };
  const given = Uint8Array.from(index, (i) => (i < 990 ? 0 : 1));
  const data: RandomAccessData = {
    ...none,
    access: 'random',
    tables: { items: table(1000) },
    groups: null,
    pairs,
    pairColumns,
    given,
  };
  const few = fewItems(data, { rows: 100, groups: 16 }) as RandomAccessData;
  expect(few.pairs!.left).toEqual(Int32Array.from([...index.slice(0, 100), ...index.slice(990)]));
  expect(Array.from(few.pairs!.right)).toEqual(Array.from(few.pairs!.left, (i) => 999 - i));
  expect(few.pairColumns!['when']).toEqual(few.pairs!.left);
  expect(few.pairColumns!['spot']!.slice(-2)).toEqual(Float32Array.of(1998, 1999));
  expect(few.given!.slice(-11)).toEqual(Uint8Array.from([0, ...Array<number>(10).fill(1)]));
});

it('of a stream the first chunks are read', async () => {
  let read = 0;
  const chunks = async function* () {
    for (;;) {
      read++;
      yield { keys: Array.from({ length: 100 }, String), columns: {}, groups: null, pairs: null, position: read };
    }
  };
  const few = fewItems({ access: 'stream', chunks, close: async () => {} }, { rows: 250, groups: 16 });
  if (few.access !== 'stream') throw new Error('it is no stream any more');
  let seen = 0;
  for await (const { keys } of few.chunks(null, { index: 0, count: 1 })) seen += keys.length;
  expect([seen, read]).toEqual([300, 3]);
});
