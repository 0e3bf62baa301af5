import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escapeGlob, openFiles } from '../../core/files/index.js';
import { messageOf } from './problem-of.js';

let folder = '';
const names = [
  'a/1.png', 'a/10.png', 'a/2.jpg', 'a/.hidden.png', 'a/deep/er/3.png', 'b/1.png', 'b/x[1].png', 'b/é.png', '.git/4.png', 'c-1.txt', 'c{1}.txt', '7.png',
]; // biome-ignore format: a list
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'siamese-glob-')));
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
  await symlink('..', join(folder, 'a', 'circle'));
  await symlink('../b', join(folder, 'a', 'linked'));
  await symlink('nowhere', join(folder, 'a', 'broken.png'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const glob = async (pattern: string): Promise<string[]> =>
  (await openFiles({ folder }).glob(pattern)).map((path) => relative(folder, path));

describe('glob', () => {
  it.each([
    ['a/*.png', ['a/1.png', 'a/10.png']],
    ['a/?.png', ['a/1.png']],
    ['*/1.png', ['a/1.png', 'b/1.png']],
    ['./a//*.{png,jpg}', ['a/1.png', 'a/10.png', 'a/2.jpg']],
    ['{a/*,b}/1*.png', ['a/linked/1.png', 'b/1.png']],
    ['{a,{b,.git}}/1.png', ['a/1.png', 'b/1.png']],
    ['{7,8}.{p,j}{n,p}g', ['7.png']],
    ['a/deep/**/**/**/3.png', ['a/deep/er/3.png']],
    ['a/[12].*', ['a/1.png', 'a/2.jpg']],
    ['a/[!2].*', ['a/1.png']],
    ['a/[0-1].png', ['a/1.png']],
    ['b/x[[]1[\\]].png', ['b/x[1].png']],
    ['b/x\\[1\\].png', ['b/x[1].png']],
    ['b/?.png', ['b/1.png', 'b/é.png']],
    ['a/.*', ['a/.hidden.png']],
    ['.git/*', ['.git/4.png']],
    ['*.png', ['7.png']],
    ['c{1}.txt', []],
    ['c\\{1\\}.txt', ['c{1}.txt']],
    ['c-1.t[x-z]t', ['c-1.txt']],
    ['c[', []],
    ['7.png', ['7.png']],
    ['a/deep', []],
    ['b/**', ['b/1.png', 'b/x[1].png', 'b/é.png']],
    ['a/deep/**/*.png', ['a/deep/er/3.png']],
    ['a/../*.png', ['7.png']],
    ['*.nothing', []],
  ])('%s', async (pattern, found) => {
    expect(await glob(pattern)).toEqual(found);
  });

  it('** follows links, once around a circle', async () => {
    const found = await glob('a/**/1.png');
    expect(found).toContain('a/1.png');
    expect(found).toContain('a/linked/1.png');
    expect(found.every((path) => path.split('circle').length <= 2)).toBe(true);
  });

  it('a name of many letters and a pattern of many stars take no time', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'siamese-stars-')));
    const name = 'a'.repeat(250);
    await writeFile(join(folder, name), '');
    const files = openFiles({ folder });
    expect(await files.glob(`${'*a'.repeat(30)}*b`)).toEqual([]);
    expect(await files.glob(`${'*a'.repeat(30)}*`)).toEqual([join(folder, name)]);
    expect(await files.glob(`${'?'.repeat(249)}*[a-b]`)).toEqual([join(folder, name)]);
    await rm(folder, { recursive: true, force: true });
  });

  it('many ** in deep folders take no time', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'siamese-deep-')));
    await mkdir(join(folder, 'a/'.repeat(150)), { recursive: true });
    await writeFile(join(folder, 'a/a/a/a/x'), '');
    expect(await openFiles({ folder }).glob(`${'**/*/'.repeat(4)}x`)).toEqual([join(folder, 'a/a/a/a/x')]);
    await rm(folder, { recursive: true, force: true });
  });

  it('folders that link to each other are searched so far', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'siamese-links-')));
    const names = [...'abcdefghij'];
    for (const name of names) await mkdir(join(folder, name));
    for (const name of names)
      for (const other of names) if (other !== name) await symlink(`../${other}`, join(folder, name, other));
    expect(await messageOf(() => openFiles({ folder }).glob('**/x'), folder)).toBe(
      'DATA_MISSING links below <folder> lead to the same folders more than 10000 times',
    );
    await rm(folder, { recursive: true, force: true });
  }, 120_000);

  it('property: an escaped name matches itself alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), async (name) => {
        expect(await glob(escapeGlob(name))).toEqual([name]);
      }),
    );
  });

  it('gives whole paths, also of packages', async () => {
    expect(await openFiles({ folder: join(folder, 'a') }).glob(`${folder}/*.png`)).toEqual([join(folder, '7.png')]);
    expect(await openFiles({ folder }).glob('package:fflate/pack*.json')).toEqual([
      join(process.cwd(), 'node_modules/fflate/package.json'),
    ]);
  });

  it('a folder that is not there is a problem', async () => {
    expect(await messageOf(() => glob('absent/*.png'), folder)).toBe('DATA_MISSING absent does not exist');
    expect(await messageOf(() => glob('7.png/*'), folder)).toContain('DATA_MISSING ');
    expect(await messageOf(() => glob('a/[z-a]'), folder)).toContain('is no pattern of file names: a range');
    expect(await messageOf(() => glob('{a,b}'.repeat(40)), folder)).toContain('give more than 1000 choices');
  });

  it('property: any pattern is an answer or a problem', async () => {
    const piece = fc.constantFrom(
      'a',
      '*',
      '**',
      '?',
      '[',
      ']',
      '{',
      '}',
      ',',
      '\\',
      '/',
      '!',
      '-',
      '.',
      '(',
      '+',
      '1.png',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        if (pieces[0] === '/' || pieces.includes('.')) return; // stay in the test's own folder
        await glob(pieces.join('')).catch((error: Error) => expect(error.name).toBe('ProblemError'));
      }),
    );
  });
});

describe('folders', () => {
  it('are what a pattern that ends with / finds', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'siamese-folders-')));
    try {
      for (const name of ['b/inner', 'a', '.hidden']) await mkdir(join(folder, name), { recursive: true });
      await writeFile(join(folder, 'file'), '');
      const files = openFiles({ folder });
      const found = async (pattern: string) => (await files.glob(pattern)).map((path) => path.slice(folder.length + 1));
      expect(await found('*/')).toEqual(['a', 'b']);
      expect(await found('**/')).toEqual(['a', 'b', 'b/inner']);
      expect(await found('b/*/')).toEqual(['b/inner']);
      expect(await found('*')).toEqual(['file']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
