import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openFiles } from '../../core/files/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { runDifferences } from '../../core/run/identical.js';
import { openSession, type Session } from '../../core/run/session.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile } from '../recipes/recipes.js';
import { figureAt, resumeRecipe, runRecipe, silent } from './running.js';

const folder = mkdtempSync(join(tmpdir(), 'siamese-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
const put = (name: string, rows: readonly string[]): void => writeFileSync(join(folder, name), `${rows.join('\n')}\n`);

/** What a run would work on. */
async function opened(data: object, more: object = {}): Promise<{ session: Session; close(): Promise<void> }> {
  const file = join(folder, 'recipe.yaml');
  const recipe = { version: 1, name: 'records', data, encoder: 'mlp', loss: 'contrastive', ...more };
  writeFileSync(file, JSON.stringify(recipe));
  const { planned, registry, problems } = await planRecipe(file, { registry: builtIn });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const files = openFiles({ folder });
  const session = await openSession({ plan: planned!.plan, registry: registry!, files, log: silent });
  return { session, close: () => session.close().then(() => files.close()) };
}

describe.each(['linked-records', 'respelt-triplets'])('%s', (name) => {
  it('resumes exactly, wherever it is stopped', { timeout: 120_000 }, async () => {
    const set = ['engine=portable', 'train.epochs=2', 'train.checkpoint.every=5', 'evaluate.baselines=off'];
    const [straight, stopped] = [join(folder, `${name}-straight`), join(folder, `${name}-stopped`)];
    await runRecipe(recipeFile(`tiny/${name}`), { out: straight, set });
    await runRecipe(recipeFile(`tiny/${name}`), { out: stopped, set, stopAt: 3 });
    await resumeRecipe(stopped, { set, stopAt: 9 });
    await resumeRecipe(stopped, { set });
    expect(await runDifferences(straight, stopped)).toEqual([]);
  });
});

describe('who belongs to whom', () => {
  it('groups by a template, and impostors: negatives of their group, positives of nothing', async () => {
    const kinds = ['genuine', 'genuine', 'genuine', 'forged'];
    const rows = range(96).map(
      (i) => `${i % 2 ? 'latin' : 'greek'},c${i % 12},${kinds[Math.floor(i / 12) % 4]},${i % 5},${i % 7}`,
    );
    put('signs.csv', ['alphabet,character,kind,x,y', ...rows]);
    const { session, close } = await opened({
      source: { type: 'table', path: 'signs.csv' },
      relations: { group: '{alphabet}/{character}', impostor: { column: 'kind', equals: 'forged' } },
      split: { type: 'unseen-groups', validation: 0.2, test: 0.2 },
    });
    expect(session.data.inputs.left).toMatchObject([{ name: 'features', shape: [2] }]); // what relates is no input
    expect(session.data.groupNames).toContain('greek/c0');
    const { groups, impostorOf } = session.training!;
    const forged = range(groups!.length).filter((row) => impostorOf![row]! >= 0);
    expect(forged.length).toBeGreaterThan(0);
    expect(forged.every((row) => groups![row] === -1)).toBe(true);
    expect(session.data.ledger.overlap.groups).toBe(0);
    await close();
  });

  it('pairs of positives alone, weighted, of two tables of different columns; the key and the names of links are no inputs', async () => {
    put('people.csv', ['person,age,town', ...range(30).map((i) => `p${i},${20 + i},t${i % 4}`)]);
    put('shops.csv', ['shop,size,rating', ...range(12).map((i) => `s${i},${i},${i % 5}`)]);
    put('visits.csv', ['who,where,rating', ...range(90).map((i) => `p${i % 30},s${(i * 5) % 12},${1 + (i % 3)}`)]);
    const { session, close } = await opened(
      {
        source: {
          type: 'linked-tables',
          left: { path: 'people.csv', key: 'person' },
          right: { path: 'shops.csv', key: 'shop' },
          pairs: { path: 'visits.csv', left: 'who', right: 'where' },
        },
        relations: { pairs: { weight: 'rating' } },
        split: { type: 'random', validation: 0.1, test: 0.1 },
      },
      { encoder: { left: 'fields', right: 'mlp' }, loss: 'multiple-negatives-ranking' },
    );
    const { inputs } = session.data;
    expect(inputs.left.map(({ name, kind }) => [name, kind])).toEqual([['features', 'vector'], ['town', 'text']]); // biome-ignore format: two fields
    expect(inputs.right).toMatchObject([{ name: 'features', shape: [1] }]); // the weight's name would tell the answer
    const { pairs, left, right } = session.training!;
    expect([...new Set(pairs!.target)]).toEqual([1]);
    expect([...new Set(pairs!.weight)].sort()).toEqual([1, 2, 3]);
    expect(left).not.toBe(right);
    await close();
  });

  it('one encoder for two tables of the same fields: one vocabulary, one mean', async () => {
    put('ours.csv', ['id,name,size', 'a,Oslo,1', 'b,Bergen,3']);
    put('theirs.csv', ['id,name,size', 'x,Oslo,5', 'y,Tromsø,7']);
    put('same.csv', ['a,b,same', 'a,x,1', 'b,y,0']);
    const { session, close } = await opened(
      {
        source: {
          type: 'linked-tables',
          left: { path: 'ours.csv', key: 'id' },
          right: { path: 'theirs.csv', key: 'id' },
          pairs: { path: 'same.csv', left: 'a', right: 'b', target: 'same' },
        },
        fields: { name: { kind: 'category' }, size: { kind: 'number', scale: 'standardize' } },
        split: 'none',
      },
      { encoder: 'fields' },
    );
    const { left, right } = session.training!;
    const both = [left, right].map((side) => side.gather(Int32Array.of(0, 1)));
    expect([...both[0]!['name']!]).toEqual([1, 2]);
    expect([...both[1]!['name']!]).toEqual([1, 3]); // Oslo is Oslo
    const sizes = both.flatMap((values) => [...values['size']!]);
    expect(sizes.reduce((a, b) => a + b)).toBeCloseTo(0, 5);
    expect(sizes[3]).toBeCloseTo(3 / Math.sqrt(5), 5); // mean 4, deviation sqrt(5)
    await close();
  });
});

it('positives alone: the right item among all, what training told left out, far above popularity', {
  timeout: 120_000,
}, async () => {
  const genres = ['war', 'love', 'space', 'west', 'crime', 'music'];
  put('viewers.csv', [
    'viewer,country,age',
    ...range(120).map((i) => `v${i},c${i % 6},${i % 9 === 0 ? '' : 20 + (i % 40)}`),
  ]);
  put('films.csv', [
    'film,title',
    ...range(48).map((i) => `f${i},${genres[i % 6]} ${['tale', 'story', 'night', 'day'][i % 4]} ${i % 8}`),
  ]);
  const seen = range(120).flatMap((i) => range(4).map((k) => `v${i},f${(i % 6) + 6 * ((i * 3 + k * 5) % 8)}`));
  put('seen.csv', ['viewer,film', ...seen]);
  const file = join(folder, 'towers.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      version: 1,
      name: 'towers',
      data: {
        source: {
          type: 'linked-tables',
          left: { path: 'viewers.csv', key: 'viewer' },
          right: { path: 'films.csv', key: 'film' },
          pairs: { path: 'seen.csv', left: 'viewer', right: 'film' },
        },
        fields: {
          left: { country: { kind: 'category' }, age: { kind: 'number', scale: 'standardize', missing: 'mean' } },
          right: { title: { kind: 'text', tokens: 'words', length: 3 } },
        },
        split: { type: 'random', validation: 0.1, test: 0.2 },
      },
      encoder: { left: { type: 'fields', dimensions: 8 }, right: { type: 'text-bag', grams: [1], dimensions: 8 } },
      loss: { type: 'multiple-negatives-ranking', scale: 10, frequencyCorrection: true },
      sampler: { type: 'given-pairs', unique: 'right' },
      optimizer: { type: 'adam', learningRate: 0.02 },
      train: { epochs: 15, batchSize: 24 },
      evaluate: {
        metrics: [{ type: 'retrieval', at: [10], gallery: 'right', exclude: 'training-positives' }],
        baselines: ['popularity'],
      },
    }),
  );
  const { result } = await runRecipe(file, { out: join(folder, 'towers') });
  const found = figureAt(result.test, 'retrieval.recallAt10')!;
  const popular = figureAt(result.baselines.popularity, 'retrieval.recallAt10')!;
  expect(found).toBeGreaterThan(0.8);
  expect(popular).toBeLessThan(0.5);
});
