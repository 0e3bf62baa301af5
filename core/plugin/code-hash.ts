import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';

/** Of files that hold code. */
export const sourceExtensions: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/**
 * SHA-256 of what plugins are loaded from: of a file, and of the files that it imports by relative paths, and they in turn;
 * of a package its entry and its package.json, whose version stands for its other files.
 */
export function codeHash(file: string, isPackage: boolean): string {
  const hash = createHash('sha256');
  if (isPackage) {
    hash.update(readFileSync(file));
    const described = descriptionAbove(file);
    if (described !== null) hash.update(readFileSync(described));
    return hash.digest('hex');
  }
  for (const [path, text] of withImports(file)) {
    if (path !== file) hash.update(`\0${relative(dirname(file), path)}\0`);
    hash.update(text);
  }
  return hash.digest('hex');
}

/** What may be a relative import or require, in a comment too: a file too many does no harm. */
const IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/** Texts of a file and of all that it imports, in the order in which they are met. */
function withImports(file: string, met = new Map<string, string>()): ReadonlyMap<string, string> {
  if (met.has(file)) return met;
  const text = readFileSync(file, 'utf8');
  met.set(file, text);
  if (!sourceExtensions.includes(extname(file))) return met; // JSON and the like
  for (const [, , name] of text.matchAll(IMPORT)) {
    const imported = fileOf(join(dirname(file), name!));
    if (imported !== null) withImports(imported, met);
  }
  return met;
}

/** The file that an import means, as TypeScript and Node find it; null: none, which is told when it is loaded. */
function fileOf(path: string): string | null {
  const endings = ['', ...sourceExtensions, '.json', ...sourceExtensions.map((extension) => `/index${extension}`)];
  const written = path.replace(/\.([mc]?)js$/, '.$1ts');
  const candidates = [...endings.map((ending) => path + ending), written];
  return candidates.find((one) => statSync(one, { throwIfNoEntry: false })?.isFile()) ?? null;
}

function descriptionAbove(file: string): string | null {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return path;
  }
  return null;
}
