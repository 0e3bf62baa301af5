import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Files } from '../../core/contract/index.js';
import { endsWithin, memoryBytes, openFiles, readLines } from '../../core/files/index.js';
import { messageOf } from './problem-of.js';

let folder = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'siamese-view-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
async function put(path: string, data: string | Uint8Array = ''): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), data);
}
const message = (act: () => unknown): Promise<string> => messageOf(act, folder);

describe('resolve', () => {
  it('begins at the folder, and finds packages from there upwards, then from siamese', async () => {
    const files: Files = openFiles({ folder: join(folder, 'recipes') });
    expect(files.resolve('../data/a.npy')).toBe(join(folder, 'data', 'a.npy'));
    expect(files.resolve('/x/a.npy')).toBe('/x/a.npy');
    await put('node_modules/@acme/data/package.json');
    expect(files.resolve('package:@acme/data/deep/a.npy')).toBe(join(folder, 'node_modules/@acme/data/deep/a.npy'));
    expect(files.resolve('package:fflate/package.json')).toBe(join(process.cwd(), 'node_modules/fflate/package.json'));
  });

  it('says what a package path lacks', async () => {
    const files = openFiles({ folder });
    expect(await message(() => files.resolve('package:nothing-of-the-kind/a'))).toBe(
      'DATA_MISSING package:nothing-of-the-kind/a: the package nothing-of-the-kind is not installed (looked from <folder> upwards)',
    );
    for (const path of [
      'package:fflate',
      'package:@acme/data',
      'package:fflate/../vitest/package.json',
      'package:../a/b',
    ]) {
      expect(await message(() => files.resolve(path))).toBe(
        `DATA_MISSING ${path} does not name a file in a package: write package:NAME/path/to/file`,
      );
    }
    expect(await message(() => files.resolve('a\0b'))).toContain('it holds a zero character');
  });
});

describe('open', () => {
  it('reads ranges, short only at the end', async () => {
    await put('a.bin', Uint8Array.of(1, 2, 3, 4, 5));
    const view = await openFiles({ folder }).open('a.bin');
    expect(view).toMatchObject({ path: join(folder, 'a.bin'), size: 5 });
    expect([...(await view.read(1, 3))]).toEqual([2, 3, 4]);
    expect([...(await view.read(4, 1e15))]).toEqual([5]);
    expect([...(await view.read(9, 1))]).toEqual([]);
    await expect(view.read(-1, 1)).rejects.toThrow('cannot read 1 bytes from -1');
    await view.close();
    await view.close();
    await expect(view.read(0, 1)).rejects.toThrow('a.bin was read after it was closed');
  });

  it('names what is not there, and what is', async () => {
    await put('faces/anna.npy');
    const files = openFiles({ folder });
    expect(await message(() => files.open('faces/ana.npy'))).toBe(
      'DATA_MISSING faces/ana.npy does not exist; did you mean anna.npy?',
    );
    expect(await message(() => files.open('fcaes/deep/anna.npy'))).toBe(
      'DATA_MISSING fcaes/deep/anna.npy does not exist: there is no fcaes in <folder>; did you mean faces?',
    );
    expect(await message(() => files.open('faces/quite-different'))).toBe(
      'DATA_MISSING faces/quite-different does not exist',
    );
    expect(await message(() => files.open('faces/anna.npy/x'))).toBe(
      'DATA_MISSING faces/anna.npy/x does not exist: faces/anna.npy is not a folder',
    );
    expect(await message(() => files.open('faces'))).toBe('DATA_MISSING faces is a folder, a file is needed');
    expect(await message(() => files.open('n'.repeat(300)))).toContain('the name is too long (ENAMETOOLONG)');
  });

  it.runIf(process.platform === 'linux')('does not wait at a pipe, nor read devices', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const files = openFiles({ folder });
    expect(await message(() => files.open('pipe'))).toBe('DATA_MISSING pipe is a device or pipe, a file is needed');
    expect(await message(() => files.open('/dev/zero'))).toContain('is a device or pipe');
  });

  it.runIf(process.platform !== 'win32')('says that permission is denied', async () => {
    await put('closed.npy');
    await chmod(join(folder, 'closed.npy'), 0);
    await chmod(folder, 0o755);
    const root = process.getuid?.() === 0; // whom no permission stops: for this one read the test is somebody else
    if (root) process.seteuid?.(65534);
    const text = await message(() => openFiles({ folder }).open('closed.npy')).finally(
      () => root && process.seteuid?.(0),
    );
    expect(text).toBe('DATA_MISSING cannot read closed.npy: permission denied (EACCES)');
  });

  it('stops when it is told to', async () => {
    await put('a.bin', new Uint8Array(10));
    const stop = new AbortController();
    const files = openFiles({ folder, signal: stop.signal });
    const view = await files.open('a.bin');
    stop.abort();
    await expect(view.read(0, 1)).rejects.toThrow('aborted');
    await expect(files.open('a.bin')).rejects.toThrow('aborted');
    await expect(files.glob('*')).rejects.toThrow('aborted');
    await expect(files.hashes()).rejects.toThrow('aborted');
    await files.close();
  });
});

describe('untrusted', () => {
  it('stays below the root, also by links; packages are allowed', async () => {
    await put('recipes/a.npy');
    await put('secret/key');
    await put('recipes/node_modules/data/a.npy');
    await symlink(join(folder, 'secret'), join(folder, 'recipes', 'way'));
    const files = openFiles({ folder: join(folder, 'recipes'), untrusted: true });
    for (const path of ['a.npy', 'package:data/a.npy', 'package:fflate/package.json'])
      await (await files.open(path)).close();
    for (const path of ['../secret/key', 'way/key', join(folder, 'secret/key')]) {
      expect(await message(() => files.open(path))).toMatch(
        /key lies outside recipes, which --untrusted does not allow$/,
      );
    }
    for (const pattern of ['way/*', '**/key', '../**'])
      expect(await message(() => files.glob(pattern))).toMatch(/lies outside recipes/);
    expect(await message(() => files.open('way/none'))).toMatch(/none lies outside recipes/); // not what is there instead
    for (const pattern of ['w*/*', '**/key', '**/nothing', 'w*/nothing', '*/*/'])
      expect(await message(() => files.glob(pattern)), pattern).toBe(
        'DATA_MISSING recipes/way lies outside recipes, which --untrusted does not allow',
      );
    const wider = openFiles({ folder: join(folder, 'recipes'), untrusted: true, root: folder });
    await (await wider.open('../secret/key')).close();
    await (await openFiles({ folder: join(folder, 'recipes') }).open('../secret/key')).close();
  });
});

describe('endsWithin', () => {
  const links: readonly (readonly [name: string, target: string, within: boolean])[] = [
    ['near', 'file', true],
    ['chain', 'near', true],
    ['dangling', 'none', true],
    ['whole', '<root>/deep/file', true],
    ['round', '../root/file', true],
    ['deep/up', '../file', true],
    ['circle', 'circle', true],
    ['out', '../secret', false],
    ['out-none', '../none', false],
    ['chain-out', 'out', false],
    ['slash', '/', false],
    ['sly', 'out/../root/file', false],
    ['sibling', '../root-2/file', false],
    ['package', '../node_modules/data/a', true],
    ['package-out', '../node_modules/linked/a', false],
  ];
  it('follows links one by one, and asks for nothing outside', async () => {
    for (const path of ['root/file', 'root/deep/file', 'root-2/file', 'secret', 'node_modules/data/a', 'elsewhere/a'])
      await put(path);
    await symlink(join(folder, 'elsewhere'), join(folder, 'node_modules/linked'));
    await symlink(join(folder, 'root'), join(folder, 'alias'));
    for (const [name, target] of links)
      await symlink(target.replace('<root>', join(folder, 'alias')), join(folder, 'root', name));
    const under = (root: string): [string, boolean][] =>
      links.map(([name]) => [name, endsWithin(join(folder, root, name), join(folder, root))]);
    expect(under('alias')).toEqual(links.map(([name, , within]) => [name, within]));
    expect(under('root').filter(([name]) => name !== 'whole')).toEqual(
      links.map(([name, , within]) => [name, within]).filter(([name]) => name !== 'whole'),
    );
    expect(endsWithin(join(folder, 'root'), join(folder, 'root'))).toBe(true);
    expect(endsWithin(folder, join(folder, 'root'))).toBe(false);
    expect(endsWithin(join(folder, 'root/none/at/all'), join(folder, 'root'))).toBe(true);
  });
});

describe('lines', () => {
  const lines = async (text: string | Uint8Array, from = 0, limit?: number): Promise<[string, number][]> => {
    const found: [string, number][] = [];
    const source = memoryBytes('x.csv', typeof text === 'string' ? Buffer.from(text) : text);
    for await (const line of readLines(source, from, limit)) found.push([line.text, line.next]);
    return found;
  };

  it('end in \\n or \\r\\n, the last in nothing; a mark at the beginning is left out', async () => {
    expect(await lines('a\r\n\r\né\nb')).toEqual([
      ['a', 3],
      ['', 5],
      ['é', 8],
      ['b', 9],
    ]);
    expect(await lines('\ufeffa\n\ufeffb\n')).toEqual([
      ['a', 5],
      ['\ufeffb', 10],
    ]);
    expect(await lines('a\rb\r')).toEqual([['a\rb', 4]]);
    expect(await lines('')).toEqual([]);
    expect(await lines('\ufeff')).toEqual([]);
    expect(await lines('\n')).toEqual([['', 1]]);
  });

  it('property: joined they are the text, and reading goes on from any of them', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'é', '\n', '\r\n', '😀', ','), { maxLength: 40 })
      .map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        const all = await lines(whole);
        const expected = whole.split('\n').map((line) => line.replace(/\r$/, ''));
        if (whole === '' || whole.endsWith('\n')) expected.pop();
        expect(all.map(([line]) => line)).toEqual(expected);
        for (const [i, [, next]] of all.entries()) expect(await lines(whole, next)).toEqual(all.slice(i + 1));
      }),
    );
  });

  it('may be longer than a chunk, but not than the limit', async () => {
    const long = 'é'.repeat(100_000);
    expect(await lines(`a\n${long}\nb`)).toEqual([
      ['a', 2],
      [long, 200_003],
      ['b', 200_004],
    ]);
    const limited = (text: string): Promise<string> => messageOf(() => lines(text, 0, 10));
    expect(await limited('a\n12345678901\n')).toBe('DATA_FORMAT x.csv: the line at byte 2 is longer than 10 bytes');
    expect(await limited(`a\n${long}`)).toContain('the line at byte 2 is longer');
    expect(await lines('1234567890\n', 0, 10)).toHaveLength(1);
  });

  it('are UTF-8', async () => {
    expect(await messageOf(() => lines(Uint8Array.of(97, 10, 0xe9, 10)))).toBe(
      'DATA_FORMAT x.csv: the line at byte 2 is not UTF-8',
    );
    expect(await messageOf(() => lines(Buffer.from('\ufeffa', 'utf16le')))).toBe(
      'DATA_FORMAT x.csv is UTF-16: save it as UTF-8',
    );
  });

  it('of a file', async () => {
    await put('a.csv', 'id\n1\n');
    const view = await openFiles({ folder }).open('a.csv');
    const found: string[] = [];
    for await (const { text } of view.lines(3)) found.push(text);
    await view.close();
    expect(found).toEqual(['1']);
  });
});

describe('hashes', () => {
  it('are of what was opened, under names that are the same everywhere', async () => {
    const data = Buffer.alloc(3_000_000, 'abc');
    await put('recipes/big.bin', data);
    await put('data/empty');
    await put('node_modules/pkg/a.txt', 'abc');
    const files = openFiles({ folder: join(folder, 'recipes') });
    for (const path of ['big.bin', 'big.bin', '../data/empty', 'package:pkg/a.txt'])
      await (await files.open(path)).close();
    expect(await files.hashes()).toEqual({
      '../data/empty': { sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', bytes: 0 },
      'big.bin': { sha256: createHash('sha256').update(data).digest('hex'), bytes: 3_000_000 },
      'package:pkg/a.txt': { sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', bytes: 3 },
    });
    expect(Object.keys(await files.hashes())).toEqual(['../data/empty', 'big.bin', 'package:pkg/a.txt']);
  });
});
