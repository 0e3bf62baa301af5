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

describe('init on a folder of images', () => {
  const put = async (name: string, width: number): Promise<void> => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), await png(width, 8, [width, 100, 50]));
  };

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
