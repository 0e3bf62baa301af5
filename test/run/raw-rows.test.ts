import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openFiles } from '../../core/files/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { createLibrary } from '../../core/run/library.js';
import { openSession } from '../../core/run/session.js';
import { builtIn } from '../../plugins/index.js';
import { problemOf } from '../files/problem-of.js';
import { runRecipe, silent } from './running.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'siamese-raw-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const door = pathToFileURL(fileURLToPath(new URL('../../dist/core/index.js', import.meta.url))).href;

/** Every kind of field, with gaps: numbers to standardise, words to hash, categories that are numbers. */
const rows = Array.from({ length: 40 }, (_, i) => ({
  id: `r${i}`,
  group: `g${i % 8}`,
  age: i % 5 === 0 ? null : 20 + 7.3 * (i % 9),
  heights: [i % 4, 100 + i, 0.25 * i],
  country: i % 7 === 0 ? null : ['NO', 'SE', 'DK'][i % 3],
  floor: i % 6,
  title: i % 11 === 0 ? null : `Straße ${i} "é"`,
  plot: `the ${['quick', 'lazy', 'old'][i % 3]} fox ${i % 8} again`,
  photo: Array.from({ length: 4 }, (__, y) => Array.from({ length: 4 }, (___, x) => [(x * y * i) % 256])),
  signal: Array.from({ length: 5 }, (__, t) => [Math.sin(t + (i % 8)), i]),
}));
const recipe = {
  version: 1,
  name: 'raw-rows',
  data: {
    source: { type: 'table', path: 'rows.jsonl', group: 'group', key: 'id' },
    fields: {
      age: { kind: 'number', scale: 'standardize', missing: 'mean' },
      heights: { kind: 'vector', scale: 'standardize' },
      country: { kind: 'category', missing: 'zero' },
      floor: { kind: 'category' },
      title: { kind: 'text', length: 12, missing: 'zero' },
      plot: { kind: 'text', tokens: 'words', length: 5, buckets: 50 },
      photo: { kind: 'image', scale: [-1, 1] },
      signal: { kind: 'sequence' },
    },
    split: { type: 'random', validation: 0.2, test: 0.2 },
  },
  encoder: {
    type: 'fields',
    encoders: { plot: { type: 'text-bag', grams: [1, 2], buckets: 64, width: 8, dimensions: 4 } },
    text: { type: 'text-characters', filters: 4, dimensions: 4 },
    image: { type: 'conv', filters: [4], dimensions: 4 },
    sequence: { type: 'recurrent', units: [4], dimensions: 4 },
    dimensions: 6,
  },
  loss: 'contrastive',
  train: { epochs: 2, batchSize: 8 },
  evaluate: { metrics: ['verification'], baselines: 'off' },
};

/** Embeds all rows of the file in a process of its own. */
function inFreshProcess(run: string): readonly (readonly number[])[] {
  const script = `
    import { readFileSync } from 'node:fs';
    const { loadModel } = await import(${JSON.stringify(door)});
    const rows = readFileSync('rows.jsonl', 'utf8').trim().split('\\n').map((line) => JSON.parse(line));
    const model = await loadModel(${JSON.stringify(run)});
    console.log(JSON.stringify((await model.embed(rows)).map((one) => [...one])));
    process.exit();`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, encoding: 'utf8' });
  return JSON.parse(out.trim().split('\n').at(-1)!) as number[][];
}

describe('a model trained from a table', () => {
  writeFileSync(join(folder, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  writeFileSync(join(folder, 'recipe.yaml'), JSON.stringify(recipe));
  const run = join(folder, 'run');
  const library = createLibrary(builtIn);

  it('embeds raw rows in a fresh process as training saw them', { timeout: 120_000 }, async () => {
    await runRecipe(join(folder, 'recipe.yaml'), { out: run });
    const { planned, registry } = await planRecipe(join(folder, 'recipe.yaml'), { registry: builtIn });
    const files = openFiles({ folder });
    const session = await openSession({ plan: planned!.plan, registry: registry!, files, log: silent });
    const model = await library.loadModel(run);
    const { left } = session.training!;
    const trained = await model.embed(left.gather(Int32Array.from({ length: left.size }, (_, i) => i)));
    const keys = trained.map((_, row) => left.key(row));
    await session.close();
    await files.close();

    const fresh = inFreshProcess(run);
    expect(keys.length).toBeGreaterThan(20);
    for (const [i, key] of keys.entries()) {
      const other = fresh[rows.findIndex(({ id }) => id === key)]!;
      expect(Math.max(...other.map((value, k) => Math.abs(value - trained[i]![k]!))), key).toBeLessThan(1e-6);
    }
    const spread = Math.max(...fresh.map((one) => Math.abs(one[0]! - fresh[0]![0]!)));
    expect(spread, 'the embeddings differ').toBeGreaterThan(1e-3);
    model.close();
  });

  it('says which item and column is wrong; takes numbers as text and bytes as arrays', {
    timeout: 60_000,
  }, async () => {
    const model = await library.loadModel(run);
    const [row] = rows;
    const wrong = async (change: object): Promise<string> => {
      const { code, message } = await problemOf(() => model.embed([row!, { ...row!, ...change }]));
      return `${code} ${message}`;
    };
    expect(await wrong({ age: 'old' })).toBe('USAGE item 1: "age" must be a number, got "old"');
    expect(await wrong({ heights: [1, 2] })).toBe('USAGE item 1: "heights" must be 3 numbers, got 2');
    expect(await wrong({ title: ['a'] })).toBe('USAGE item 1: "title" must be a text, got an array');
    expect(await wrong({ floor: null })).toBe(
      'DATA_VALUE column "floor" has no value at item 1: give it one, or say `missing: zero` for the field "floor"',
    );
    const { age: _, ...nameless } = row!;
    expect((await problemOf(() => model.embed([nameless]))).message).toBe(
      'no item has the column "age": the model needs it; null says that it is missing',
    );
    const [plain, written] = await model.embed([
      { ...row!, age: 30 },
      { ...row!, age: ' 30 ', heights: Float64Array.from(row!.heights), photo: row!.photo.flat(2) },
    ]);
    expect(written).toEqual(plain);
    expect((await model.compare([row!], [row!]))[0]).toBe(0);
    model.close();
  });
});
