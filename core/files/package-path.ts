import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../problem/index.js';
import { shown } from './errno.js';

export const isPackagePath = (path: string): boolean => path.startsWith('package:');

/**
 * `package:NAME/file` -> the file in an installed npm package: looked for in `node_modules` from `folder` upwards, then
 * from siamese's own folder upwards. The package's `exports` do not matter: data is no module.
 * Errors: DATA_MISSING (no such package, a path that names no file in it or leaves it).
 */
export function resolvePackagePath(path: string, folder: string): string {
  const [, name, file] = /^package:((?:@[^/@]+\/)?[^/@][^/]*)\/(.+)$/.exec(path) ?? [];
  if (name === undefined || file === undefined || [...name.split('/'), ...file.split(/[/\\]/)].includes('..')) {
    return fail('DATA_MISSING', `${path} does not name a file in a package: write package:NAME/path/to/file`);
  }
  const home = findPackage(name, folder) ?? findPackage(name, dirname(fileURLToPath(import.meta.url)));
  if (home !== null) return join(home, file);
  return fail('DATA_MISSING', `${path}: the package ${name} is not installed (looked from ${shown(folder)} upwards)`);
}

function findPackage(name: string, from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const home = join(folder, 'node_modules', name);
    if (existsSync(home)) return home;
    if (folder === dirname(folder)) return null;
  }
}

/** The `package:` form of a path that lies in an installed package, else null: the same on every machine. */
export function toPackagePath(path: string): string | null {
  const parts = path.split(sep);
  const at = parts.lastIndexOf('node_modules');
  return at < 0 || at + 2 >= parts.length ? null : `package:${parts.slice(at + 1).join('/')}`;
}
