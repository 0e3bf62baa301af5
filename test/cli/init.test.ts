import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeNpy, encodeNpz } from '../../core/files/index.js';
import { png } from '../plugins/sources/images/pictures.js';
import { type Ran, runRecipe } from '../run/running.js';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'siamese-init-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const siamese = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });

const rows = (header: string, row: (i: number) => string): string =>
  `${header}\n${Array.from({ length: 120 }, (_, i) => row(i)).join('\n')}\n`;
const matrix = new Float32Array(120 * 4).map((_, i) => Math.sin(i));
const data: Readonly<Record<string, string | Uint8Array>> = {
  'items.csv': rows('label,a,b', (i) => `g${i % 12},${(i % 12) + Math.sin(i)},${i % 5}`),
  'pairs.csv': rows('left_a,left_b,right_a,right_b,same', (i) => `${i},${i % 3},${i + 1},${i % 4},${i % 2}`),
  'links.csv': rows('left_a,right_a', (i) => `${i},${i + 0.5}`),
  'similar.csv': rows('left_a,right_a,similarity', (i) => `${i},${i + 1},${Math.cos(i)}`),
  'rows.jsonl': Array.from({ length: 120 }, (_, i) => `{"group":"g${i % 12}","v":[${i % 12},${Math.sin(i)}]}`).join(
    '\n',
  ),
  // no name says which it is: b holds whole numbers that come again, "y" differs in every row
  'numbers.csv': rows('x,b,y', (i) => `${Math.sin(i)},${i % 6},${i + 0.5}`),
  'sides.npz': encodeNpz({
    left: { shape: [120, 4], dtype: 'float32', data: matrix },
    right: { shape: [120, 4], dtype: 'float32', data: matrix },
    target: { shape: [120], dtype: 'float32', data: new Float32Array(120).map((_, i) => i % 2) },
  }),
};

const trained = (file: string): Promise<Ran> =>
  runRecipe(join(folder, file), { out: join(folder, `${file}.run`), set: ['train.epochs=1', 'train.batchSize=16'] });

describe('init', () => {
  for (const name of [null, ...Object.keys(data)]) {
    it(`${name ?? 'without data'}: the recipe is valid, and trains`, async () => {
      if (name !== null) writeFileSync(join(folder, name), data[name]!);
      const file = `${name ?? 'none'}.yaml`;
      const written = siamese('init', ...(name === null ? [] : [name]), '--out', file);
      expect(written.status, written.stderr).toBe(0);
      await expect(trained(file)).resolves.toMatchObject({ result: { status: 'completed' }, warnings: [] });
    });
  }

  it('finds the column that groups the rows by what it holds', () => {
    writeFileSync(join(folder, 'numbers.csv'), data['numbers.csv']!);
    siamese('init', 'numbers.csv', '--out', 'found.yaml');
    expect(readFileSync(join(folder, 'found.yaml'), 'utf8')).toContain('group: "b"');
  });

  it.each(['arrays', 'arrays/items.npy'])('%s: arrays in files of their own', (shown) => {
    mkdirSync(join(folder, 'arrays'), { recursive: true });
    const groups = new Int32Array(120).map((_, i) => i % 12);
    writeFileSync(join(folder, 'arrays', 'items.npy'), encodeNpy({ shape: [120, 4], dtype: 'float32', data: matrix }));
    writeFileSync(join(folder, 'arrays', 'labels.npy'), encodeNpy({ shape: [120], dtype: 'int32', data: groups }));
    expect(siamese('init', shown, '--out', 'arrays.yaml', '--force')).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, 'arrays.yaml'), 'utf8')).toMatch(/items: ".*items\.npy", groups: ".*labels\.npy"/);
    expect(siamese('plan', 'arrays.yaml')).toMatchObject({ status: 0 });
  });

  it('replaces no recipe unasked, and says what it does not know', () => {
    writeFileSync(join(folder, 'mine.yaml'), 'mine');
    const kept = siamese('init', '--out', 'mine.yaml');
    expect(kept.stderr).toContain('mine.yaml is there already');
    expect(kept.status).toBe(3);
    writeFileSync(join(folder, 'photo.jpg'), 'x');
    expect(siamese('init', 'photo.jpg', '--out', 'p.yaml').stderr).toContain('DATA_FORMAT');
    expect(siamese('init', 'nowhere.csv', '--out', 'p.yaml')).toMatchObject({ status: 1 });
  });
});

const put = async (name: string, width: number): Promise<void> => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), await png(width, 8, [width, 100, 50]));
};

describe('init on little data: what it writes is planned, run and measured as it stands', () => {
  const lines = (count: number, header: string, row: (i: number) => string): string =>
    `${header}\n${Array.from({ length: count }, (_, i) => row(i)).join('\n')}\n`;
  const small: Readonly<Record<string, readonly [data: string, expected: readonly string[]]>> = {
    'people.csv': [
      lines(72, 'id,person,x,y', (i) => `i${i},p${i % 12},${(i % 12) + Math.sin(i)},${Math.cos(i)}`),
      ['group: "person", key: "id" }', 'encoder: { type: mlp,', 'type: unseen-groups', 'batchSize: 16 }'],
    ],
    'two-names.csv': [
      lines(72, 'id,file,person,x', (i) => `${i},f${i}.png,p${i % 12},${(i % 12) + Math.sin(i)}`),
      ['group: "person", key: "id", columns: ["x"] }', 'encoder: { type: mlp,'],
    ],
    'texts.jsonl': [
      Array.from({ length: 96 }, (_, i) => `{"label":"g${i % 12}","a":${i % 12},"title":"the ${i % 12} of ${i}"}`).join(
        '\n',
      ),
      ['encoder: { type: fields,', 'batchSize: 32 }'],
    ],
    'gaps.csv': [
      lines(96, 'group,a,b,note', (i) => `g${i % 12},${i % 7 ? i % 12 : ''},${Math.sin(i)},${i % 5 ? `the ${i}` : ''}`),
      [
        '  features: { kind: vector, columns: ["a","b"], missing: mean }',
        '  "note": { kind: text, missing: zero }',
        'encoder: { type: fields,',
      ],
    ],
    'classes.csv': [
      lines(300, 'label,x,y', (i) => `c${i % 5},${(i % 5) + Math.sin(i)},${Math.cos(i)}`),
      ['type: stratified, validation: 0.2, test: 0.2 }', 'batchSize: 64 }'],
    ],
    'named-pairs.csv': [
      lines(
        40,
        'left_name,left_x,right_name,right_x,same',
        (i) => `n${i},${i},n${i + (i % 2)},${i + (i % 2)},${1 - (i % 2)}`,
      ),
      ['encoder: { type: fields,', 'batchSize: 8 }'],
    ],
  };

  async function measured(file: string): Promise<void> {
    const { result, warnings, notes } = await runRecipe(join(folder, file), {
      out: join(folder, `${file}.measured`),
      set: ['train.epochs=1'],
    });
    expect(warnings).toEqual([]);
    expect(notes.filter((note) => note.includes('cannot be measured'))).toEqual([]);
    expect(result.training.best?.monitor).toBe('verification.rocAuc');
    for (const part of [result.validation, result.test]) expect(part!['verification']!['rocAuc']).toBeTypeOf('number');
  }

  it.each(Object.entries(small))('%s', async (name, [text, expected]) => {
    writeFileSync(join(folder, name), text);
    const written = siamese('init', name, '--out', `${name}.small.yaml`);
    expect(written.status, written.stderr).toBe(0);
    const recipe = readFileSync(join(folder, `${name}.small.yaml`), 'utf8');
    for (const part of expected) expect(recipe).toContain(part);
    await measured(`${name}.small.yaml`);
  });

  it('four images of each of ten groups', async () => {
    for (let i = 0; i < 40; i++) await put(`few/p${i % 10}/${i}.png`, 8);
    expect(siamese('init', 'few', '--out', 'few.yaml')).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, 'few.yaml'), 'utf8')).toMatch(/unseen-groups, validation: 0.2.*\n {2}augment:/);
    await measured('few.yaml');
  });
});

describe('init on a folder of images', () => {
  it('a folder for each group: the recipe is valid, and trains', async () => {
    for (let i = 0; i < 60; i++) await put(`faces/p${i % 6}/${i}.png`, 8);
    expect(siamese('init', 'faces', '--out', 'faces.yaml')).toMatchObject({ status: 0 });
    const recipe = readFileSync(join(folder, 'faces.yaml'), 'utf8');
    expect(recipe).toContain('# 60 images of 6 groups, one folder each\n');
    expect(recipe).toContain(
      '  fields: { image: { kind: image, size: [8, 8], channels: 3 } }   # height, width, as they are\n',
    );
    await trained('faces.yaml');
    const report = readFileSync(join(folder, 'faces.yaml.run/report.html'), 'utf8');
    expect(report.match(/data:image\/png;base64,/g)!.length).toBeGreaterThan(20); // pairs and neighbours
  });

  it('groups by names, sizes that differ', async () => {
    for (let i = 0; i < 8; i++) await put(`flat/${'ab'[i % 2]}_${i}.png`, 8 + i);
    expect(siamese('init', 'flat', '--out', 'flat.yaml')).toMatchObject({ status: 0 });
    const recipe = readFileSync(join(folder, 'flat.yaml'), 'utf8');
    expect(recipe).toContain('pattern: "{group}_{name}.*" }\n');
    expect(recipe).toContain('size: [64, 64], channels: 3 } }   # all are made of this size: height, width\n');
    expect(siamese('validate', 'flat.yaml')).toMatchObject({ status: 0 });
    await put('flat/odd.png', 8);
    expect(siamese('init', 'flat', '--out', 'odd.yaml').stderr).toContain(
      'init cannot tell which images of flat belong together',
    );
  });
});
