import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder, describe as describeEngine, engineFolder, inspect, layout } from '../../core/engine/cache.js';
import { engineName } from '../../core/engine/pins.js';

let engine = '';
const library = join(layout.libraries, 'libtensorflow_cc.so.2');
const script = join(layout.package, 'dist', 'register_all_kernels.js');

const put = async (path: string, data: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(join(engine, path)), { recursive: true });
  await writeFile(join(engine, path), data);
};
beforeEach(async () => {
  engine = await mkdtemp(join(tmpdir(), 'siamese-cache-'));
  await put(library, new Uint8Array(2 ** 20 + 5).fill(7));
  await put(script, 'module.exports = 1;\n');
  await put(layout.manifest, JSON.stringify(await describeEngine(engine)));
});
afterEach(() => rm(engine, { recursive: true, force: true }));

describe('the cache folder', () => {
  it('is SIAMESE_CACHE, else siamese under XDG_CACHE_HOME, else under ~/.cache; an empty value is none', () => {
    expect(cacheFolder({ SIAMESE_CACHE: '/a/b', XDG_CACHE_HOME: '/c' })).toBe('/a/b');
    expect(cacheFolder({ SIAMESE_CACHE: '', XDG_CACHE_HOME: '/c' })).toBe('/c/siamese');
    expect(cacheFolder({ XDG_CACHE_HOME: '' })).toBe(join(homedir(), '.cache', 'siamese'));
    expect(cacheFolder({ SIAMESE_CACHE: 'near' })).toBe(join(process.cwd(), 'near'));
  });
  it('holds an engine whose name says what it is made of', () => {
    expect(engineFolder({ SIAMESE_CACHE: '/a' })).toMatch(/^\/a\/engine\/.*tfjs-node-4\.22\.0-tensorflow-2\.21\.0/);
  });
});

describe('inspect', () => {
  it('finds a sound engine ready', async () => {
    expect(await inspect(engine, 'quick')).toEqual({ state: 'ready' });
    expect(await inspect(engine, 'full')).toEqual({ state: 'ready' });
  });
  it('tells none from a half-finished one', async () => {
    expect(await inspect(join(engine, 'none'), 'quick')).toEqual({ state: 'absent' });
    await rm(join(engine, layout.manifest));
    const reason = 'manifest.json is missing or cannot be read';
    expect(await inspect(engine, 'quick')).toEqual({ state: 'damaged', reason });
  });
  it.each([
    ['cut short', '{"version":1,"name":"'],
    ['of another engine', '{"version":1,"name":"native-other","files":[{"path":"a","bytes":1,"sha256":""}]}'],
    ['without files', `{"version":1,"name":"${engineName}","files":[]}`],
    ['of null', 'null'],
    ['whose files are not what they should be', `{"version":1,"name":"${engineName}","files":[7]}`],
  ])('finds a manifest %s damaged', async (_, text) => {
    await put(layout.manifest, text);
    expect((await inspect(engine, 'quick')).state).toBe('damaged');
  });
  it('finds a library cut short, whatever is left of it', async () => {
    await truncate(join(engine, library), 2 ** 20);
    const reason = `${library} has 1048576 bytes instead of 1048581`;
    expect(await inspect(engine, 'quick')).toEqual({ state: 'damaged', reason });
  });
  it('finds a file gone, and a small one changed to another of its size', async () => {
    await put(script, 'module.exports = 2;\n');
    expect(await inspect(engine, 'quick')).toEqual({ state: 'damaged', reason: `${script} has changed` });
    await rm(join(engine, script));
    expect(await inspect(engine, 'quick')).toEqual({ state: 'damaged', reason: `${script} is missing` });
  });
  it('reads large files to the end only when asked for a full look', async () => {
    await put(library, new Uint8Array(2 ** 20 + 5).fill(8));
    expect(await inspect(engine, 'quick')).toEqual({ state: 'ready' });
    expect(await inspect(engine, 'full')).toEqual({ state: 'damaged', reason: `${library} has changed` });
  });
});
