import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  reason,
  recoverFolder,
  removeWhole,
  shown,
  writeFolderWhole,
  writeJson,
  writeWhole,
} from '../../core/files/index.js';
import { messageOf } from './problem-of.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siamese-whole-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const at = (...names: string[]): string => join(folder, ...names);
const text = (path: string): Promise<string> => readFile(path, 'utf8');

describe('writeWhole', () => {
  it('makes folders, replaces, and leaves nothing beside', async () => {
    await writeWhole(at('a', 'b', 'file.txt'), 'first');
    await writeWhole(at('a', 'b', 'file.txt'), [Uint8Array.of(104, 105), Uint8Array.of(33)]);
    expect(await text(at('a', 'b', 'file.txt'))).toBe('hi!');
    expect(await readdir(at('a', 'b'))).toEqual(['file.txt']);
  });

  it('keeps the old file and removes the temporary when writing fails half-way', async () => {
    await writeWhole(at('file'), 'old');
    const parts = [Uint8Array.of(1), 'not bytes' as unknown as Uint8Array, 7 as unknown as Uint8Array];
    await expect(writeWhole(at('file'), parts)).rejects.toThrow();
    expect(await text(at('file'))).toBe('old');
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('of many writers one wins whole', async () => {
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
    await Promise.all(texts.map((one) => writeWhole(at('file'), one)));
    expect(texts).toContain(await text(at('file')));
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('follows a link instead of replacing it', async () => {
    await writeFile(at('real'), 'old');
    await symlink(at('real'), at('link'));
    await writeWhole(at('link'), 'new');
    expect((await lstat(at('link'))).isSymbolicLink()).toBe(true);
    expect(await text(at('real'))).toBe('new');
  });

  it('says in plain words why it cannot write', async () => {
    await writeFile(at('file'), '');
    expect(await messageOf(() => writeWhole(at('file', 'below'), ''), folder)).toMatch(
      /^OUTPUT cannot write file\/below: (something of that name is in the way \(EEXIST\)|a part of the path is a file, not a folder \(ENOTDIR\))$/,
    );
    await mkdir(at('taken'));
    expect(await messageOf(() => writeWhole(at('taken'), ''), folder)).toBe(
      'OUTPUT cannot write taken: it is a folder, not a file (EISDIR)',
    );
    expect(await messageOf(() => writeWhole(at('n'.repeat(300)), ''), folder)).toContain(
      'the name is too long (ENAMETOOLONG)',
    );
    expect(await readdir(folder)).toEqual(['file', 'taken']);
  });

  it.runIf(process.platform === 'linux')(
    'a full disk is a problem, and a device is written, not replaced',
    async () => {
      expect(await messageOf(() => writeWhole('/dev/full', 'x'))).toBe(
        'OUTPUT cannot write /dev/full: the disk is full (ENOSPC)',
      );
      expect((await lstat('/dev/full')).isCharacterDevice()).toBe(true);
    },
  );

  it.runIf(process.platform !== 'win32')('a folder without permission is a problem', async () => {
    await mkdir(at('closed'));
    await chmod(at('closed'), 0o500);
    const root = process.getuid?.() === 0; // whom no permission stops: for this one write the test is somebody else
    if (root) await chmod(folder, 0o755);
    if (root) process.seteuid?.(65534);
    const message = await messageOf(() => writeWhole(at('closed', 'x'), ''), folder).finally(
      () => root && process.seteuid?.(0),
    );
    expect(message).toBe('OUTPUT cannot write closed/x: permission denied (EACCES)');
  });
});

describe('reason', () => {
  const failure = (code: string): Error => Object.assign(new Error('x'), { code });
  it('knows the errors of disks, and no others', () => {
    expect(reason(failure('EROFS'))).toBe('the file system is read-only (EROFS)');
    expect(reason(failure('EACCES'))).toBe('permission denied (EACCES)');
    expect(reason(failure('EOWNERDEAD'))).toBe('EOWNERDEAD');
    expect(reason(failure('ERR_INVALID_ARG_TYPE'))).toBeNull();
    expect(reason(new Error('x'))).toBeNull();
  });
  it('paths are shown from the working folder where they lie below it', () => {
    expect(shown(join(process.cwd(), 'runs', 'a'))).toBe(join('runs', 'a'));
    expect(shown('/somewhere/else')).toBe('/somewhere/else');
    expect(shown(join(process.cwd(), '..odd'))).toBe('..odd');
  });
});

describe('writeJson', () => {
  it('indents by two and ends with a newline', async () => {
    await writeJson(at('a.json'), { b: [1], c: Number.NaN });
    expect(await text(at('a.json'))).toBe('{\n  "b": [\n    1\n  ],\n  "c": null\n}\n');
    await expect(writeJson(at('a.json'), undefined)).rejects.toThrow('a.json: the value has no JSON form');
  });
});

describe('writeFolderWhole', () => {
  it('appears at once, replaces, and leaves nothing beside', async () => {
    await writeFolderWhole(at('model'), async (beside) => {
      await writeFile(join(beside, 'one'), '1');
      expect(await readdir(folder)).not.toContain('model');
    });
    await writeFolderWhole(at('model'), async (beside) => writeFile(join(beside, 'two'), '2'));
    expect(await readdir(folder)).toEqual(['model']);
    expect(await readdir(at('model'))).toEqual(['two']);
  });

  it('leaves the old one when filling fails', async () => {
    await writeFolderWhole(at('model'), async (beside) => writeFile(join(beside, 'one'), '1'));
    const fails = writeFolderWhole(at('model'), async (beside) => {
      await writeFile(join(beside, 'two'), '2');
      throw new Error('half-way');
    });
    await expect(fails).rejects.toThrow('half-way');
    expect(await readdir(folder)).toEqual(['model']);
    expect(await readdir(at('model'))).toEqual(['one']);
  });

  it('names what is in the way', async () => {
    await writeFile(at('file'), '');
    expect(await messageOf(() => writeFolderWhole(at('file', 'model'), async () => {}), folder)).toContain(
      'OUTPUT cannot write file/',
    );
  });
});

describe('after a crash', () => {
  it('half-written files go, and a folder between its two renames comes back', async () => {
    await writeFile(at('.plan.json.12-0a1b2c3d.tmp'), 'half');
    await mkdir(at('.model.12-0a1b2c3d.old'));
    await writeFile(at('.model.12-0a1b2c3d.old', 'one'), '1');
    await mkdir(at('kept'));
    await mkdir(at('.kept.12-0a1b2c3d.old'));
    await writeFile(at('.hidden'), 'mine');
    await recoverFolder(folder);
    expect((await readdir(folder)).sort()).toEqual(['.hidden', 'kept', 'model']);
    expect(await readdir(at('model'))).toEqual(['one']);
  });

  it('removes whole, and an absent thing without complaint', async () => {
    await mkdir(at('epoch-1', 'deep'), { recursive: true });
    await removeWhole(at('epoch-1'));
    await removeWhole(at('epoch-1'));
    expect(await readdir(folder)).toEqual([]);
  });
});
