import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describe as describeEngine, layout } from '../../core/engine/cache.js';
import { ensureEngine } from '../../core/engine/install.js';
import { ProblemError, problem } from '../../core/problem/index.js';
import { problemOf } from '../files/problem-of.js';

let cache = '';
let engine = '';
let lines: string[] = [];
let builds = 0;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'siamese-install-'));
  engine = join(cache, 'engine', 'native');
  [lines, builds] = [[], 0];
});
afterEach(() => rm(cache, { recursive: true, force: true }));

const library = join(layout.libraries, 'libtensorflow_cc.so.2');
/** Builds an engine of two files, slowly enough for another to come meanwhile. */
async function build(folder: string): Promise<void> {
  builds++;
  await mkdir(dirname(join(folder, library)), { recursive: true });
  await writeFile(join(folder, library), `library ${builds}`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await writeFile(join(folder, layout.manifest), JSON.stringify(await describeEngine(folder)));
}
const ensure = (depth: 'quick' | 'full' = 'quick', builder = build) =>
  ensureEngine(engine, { depth, report: (line) => lines.push(line), build: builder });

describe('ensureEngine', () => {
  it('builds what is absent, and then nothing more', async () => {
    expect(await ensure()).toEqual({ folder: engine, built: true });
    expect(await ensure()).toEqual({ folder: engine, built: false });
    expect(builds).toBe(1);
    expect(await readdir(dirname(engine))).toEqual(['native']); // no lock, nothing half-built
  });
  it('builds anew what was cut short, saying why', async () => {
    await ensure();
    await truncate(join(engine, library), 3);
    expect(await ensure()).toEqual({ folder: engine, built: true });
    expect(await readFile(join(engine, library), 'utf8')).toBe('library 2');
    expect(lines).toContain(`the native engine is damaged (${library} has 3 bytes instead of 9): building it anew`);
  });
  it('builds anew a folder that has no manifest, and takes away what a killed build left beside it', async () => {
    await mkdir(engine, { recursive: true });
    await mkdir(join(dirname(engine), '.native.1-0a1b2c3d.tmp', 'parts'), { recursive: true });
    expect((await ensure()).built).toBe(true);
    expect(await readdir(dirname(engine))).toEqual(['native']);
  });
  it('lets a second one wait for the first and use what it built', async () => {
    const both = await Promise.all([ensure(), ensure()]);
    expect(both.map((one) => one.built).sort()).toEqual([false, true]);
    expect(builds).toBe(1);
    expect(lines).toContain(`waiting for process ${process.pid}, which builds the native engine`);
  });
  it('leaves nothing of a build that fails, and keeps its problem', async () => {
    const failing = async (folder: string): Promise<void> => {
      await writeFile(join(folder, 'half'), '');
      throw new ProblemError(problem('ENGINE', 'g++ is not installed'));
    };
    expect((await problemOf(() => ensure('quick', failing))).message).toBe('g++ is not installed');
    expect(await readdir(dirname(engine))).toEqual([]);
  });
  it('keeps a damaged engine until the new one is whole', async () => {
    await ensure();
    await rm(join(engine, layout.manifest));
    const failing = (): Promise<void> => Promise.reject(new ProblemError(problem('ENGINE', 'no network')));
    await problemOf(() => ensure('quick', failing));
    expect(existsSync(join(engine, library))).toBe(true);
  });
  it('says by ENGINE that the cache folder cannot be written', async () => {
    await writeFile(join(cache, 'engine'), 'a file in the way');
    const { code, message, hint } = await problemOf(() => ensure());
    expect(code).toBe('ENGINE');
    expect(message).toMatch(/^the native engine cannot be built: cannot write .*lock/);
    expect(hint).toContain('SIAMESE_CACHE');
  });
});
