import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { removeWhole, shown } from '../../files/index.js';
import { MANIFEST } from './manifest.js';
import type { CacheRequest } from './request.js';

/** A cache that no run has used for so long is removed when another is made: what it holds can be decoded again. */
const KEPT_DAYS = 30;

/** The folder of a cache below `data.cache.folder`, and no other. */
const isHome = (name: string): boolean => /^[0-9a-f]{32}$/.test(name);

const manifestOf = (home: string): string => join(home, 'items', MANIFEST);

/** Notes that a cache was used now. Where it lies on what cannot be written, nothing is removed either. */
export async function touchCache(home: string): Promise<void> {
  const now = new Date();
  await utimes(manifestOf(home), now, now).catch(() => {});
}

/** Removes the caches of a folder that nobody has used for long. What cannot be removed stays. */
export async function removeUnused({ folder, note }: Pick<CacheRequest, 'folder' | 'note'>): Promise<void> {
  const oldest = Date.now() - KEPT_DAYS * 24 * 60 * 60 * 1000;
  const names = await readdir(folder).catch(() => []);
  for (const home of names.filter(isHome).map((name) => join(folder, name))) {
    const used = await stat(manifestOf(home)).catch(() => stat(home).catch(() => null));
    if (!used || used.mtimeMs >= oldest) continue;
    const removed = await removeWhole(home).then(
      () => true,
      () => false,
    );
    if (removed) note(`a cache that was not used for ${KEPT_DAYS} days is removed: ${shown(home)}`);
  }
}
