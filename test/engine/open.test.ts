import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tfc from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { engineFolder } from '../../core/engine/cache.js';
import { openEngine } from '../../core/engine/open.js';
import { unsupported } from '../../core/engine/platform.js';
import { installedPackage, nativeStatus } from '../../core/engine/status.js';
import { messageOf, problemOf } from '../files/problem-of.js';

let cache = '';
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'siamese-open-'));
  vi.stubEnv('SIAMESE_CACHE', cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});
const quiet = (): void => {};
/** A test of what happens without a native engine: the cache is empty, but an installed tfjs-node could stand in. */
const emptyTest = (name: string, body: () => Promise<void>): void =>
  test(name, async (context) => {
    if (installedPackage()) context.skip('tfjs-node is installed here, so there is always a native engine');
    if (unsupported() !== null) context.skip(`the native engine is unsupported here: ${unsupported()}`);
    await body();
  });

describe('openEngine without a native engine', () => {
  emptyTest('fails where the native one is asked for, with the way out', async () => {
    const { code, message, hint } = await problemOf(() => openEngine('native', quiet));
    expect([code, message]).toEqual(['ENGINE', `there is no native engine in ${engineFolder()}`]);
    expect(hint).toContain('siamese engine install');
    expect(hint).toContain('--engine portable');
  });
  emptyTest('says of a half-finished one that it is damaged', async () => {
    await mkdir(engineFolder(), { recursive: true });
    expect(await messageOf(() => openEngine('native', quiet), cache)).toMatch(
      /^ENGINE the native engine in .* is damaged: manifest\.json/,
    );
    expect(await nativeStatus()).toMatchObject({ source: 'cache', state: 'damaged' });
  });
  emptyTest('opens the portable one for `auto`, saying so by one line', async () => {
    const lines: string[] = [];
    const engine = await openEngine('auto', (line) => lines.push(line));
    expect(engine).toEqual({ name: 'portable', backend: 'wasm', tensorflow: null });
    expect(tfc.getBackend()).toBe('wasm');
    expect(lines).toEqual([
      `engine: portable, since there is no native engine in ${engineFolder()}; \`siamese engine install\` builds the native one`,
    ]);
  });
  test('opens the portable one without a word where it is asked for', async () => {
    const engine = await openEngine('portable', () => expect.unreachable('it said something'));
    expect(engine.name).toBe('portable');
  });
});
