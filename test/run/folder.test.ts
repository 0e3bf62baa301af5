import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockFolder } from '../../core/files/index.js';
import { createRunFolder } from '../../core/run/folder.js';
import { messageOf } from '../files/problem-of.js';
import { temporaryFolder } from './command.js';

const folder = temporaryFolder();
const before = process.cwd();
beforeEach(() => process.chdir(folder));
afterEach(() => {
  process.chdir(before);
  vi.useRealTimers();
});

describe('the folder of a new run', () => {
  it('is one of its own for each of those that begin in the same second', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 28, 1, 2, 3) });
    const made = await Promise.all(Array.from({ length: 4 }, () => createRunFolder('name', null)));
    const id = '2026-11-28T01-02-03';
    expect(made.map(({ path }) => relative(process.cwd(), path)).sort()).toEqual(
      ['', '-2', '-3', '-4'].map((end) => join('runs', 'name', `${id}${end}`)),
    );
    await Promise.all(made.map((one) => one.release()));
  });

  it('has a run already where another one began and ended before the lock was taken', async () => {
    mkdirSync('out');
    const other = await lockFolder('out');
    const asked = messageOf(() => createRunFolder('name', 'out'), process.cwd());
    writeFileSync(join('out', 'plan.json'), '{}');
    await other.release();
    expect(await asked).toBe('OUTPUT the folder out is not empty (plan.json): give --out a new one, or remove it');
    expect(readdirSync('out')).toEqual(['plan.json']);
  });

  it('cannot be made below a file', async () => {
    writeFileSync('runs-file', '');
    expect(await messageOf(() => createRunFolder('name', 'runs-file/out'), process.cwd())).toMatch(
      /^OUTPUT cannot write runs-file\/out: /,
    );
  });
});
