import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Cacheable, cachedSide } from '../../core/data/cache/cached-side.js';
import type { CacheRequest } from '../../core/data/cache/request.js';
import { fitFields, planFields } from '../../core/data/fields.js';
import { tableOf } from '../../plugins/sources/memory-table.js';
import { problemOf } from '../files/problem-of.js';

/** A file system of its own, so small that the cache does not fit, or read-only. */
const folder = mkdtempSync(join(tmpdir(), 'siamese-cache-disk-'));
const small = join(folder, 'small');
mkdirSync(small);
const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0;
const isMounted = mount('-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small);
afterAll(() => {
  if (isMounted) spawnSync('umount', [small]);
  rmSync(folder, { recursive: true, force: true });
});

const request: CacheRequest = {
  ...{ use: 'always', bytes: 0, folder: join(small, 'caches') },
  identity: async () => 'a',
  note: () => {},
};

async function cacheable(size: number): Promise<Cacheable> {
  const cells = { x: Float32Array.from({ length: 4 * size }, (_, i) => i) };
  const table = tableOf(cells, size, { keys: String, where: (row) => ({ file: 'x', line: row }) });
  const plans = planFields({ x: { kind: 'vector', shape: [4], nullable: false } }, null, new Set());
  return { table, fields: await fitFields(plans, (async function* () { yield cells; })()), key: String }; // biome-ignore format: one case
}

it('a full disk ends the making of a cache with the way out, and nothing of it is left', async (context) => {
  if (!isMounted) context.skip('no file system can be mounted here');
  const found = await problemOf(async () => cachedSide(await cacheable(40_000), request, 'left'));
  expect(found).toMatchObject({ code: 'OUTPUT', path: 'data.cache' });
  expect(found.message).toContain('the disk is full (ENOSPC)');
  expect(found.hint).toContain('data.cache.folder');
  const [home] = readdirSync(join(small, 'caches'));
  expect(readdirSync(join(small, 'caches', home!))).toEqual([]);
  (await cachedSide(await cacheable(4_000), request, 'left')).close(); // what fits is made
});

it('a read-only disk ends it likewise; a cache that is there is read all the same', async (context) => {
  if (!isMounted) context.skip('no file system can be mounted here');
  (await cachedSide(await cacheable(4_000), request, 'left')).close();
  if (!mount('-o', 'remount,ro', small)) context.skip('nothing can be mounted read-only here');
  const side = await cachedSide(await cacheable(4_000), request, 'left');
  expect([...side.gather(Int32Array.of(3_999))['x']!]).toEqual([15_996, 15_997, 15_998, 15_999]);
  side.close();
  const found = await problemOf(async () => cachedSide(await cacheable(100), request, 'left'));
  expect(found).toMatchObject({ code: 'OUTPUT', path: 'data.cache' });
  expect(found.message).toMatch(/cannot write .*: .*\(EROFS\)/);
  expect(found.hint).toContain('data.cache.use: never');
  expect(existsSync(join(small, 'caches'))).toBe(true);
});
