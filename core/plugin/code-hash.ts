import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';

/** Of files that hold code. */
export const sourceExtensions: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/**
 * SHA-256 of what plugins are loaded from: of a file, and of the files that it imports by relative paths, and they in turn;
 * of a package its entry and its package.json, whose version stands for its other files.
 */
export function codeHash(path: string, isPackage: boolean): string {
  const hash = createHash('sha256');
  const file = realpathSync(path); // from where it is loaded
  if (isPackage) {
    hash.update(readFileSync(file));
    const described = descriptionAbove(file);
    if (described !== null) hash.update(readFileSync(described));
    return hash.digest('hex');
  }
  for (const [part, text] of withImports(file)) {
    if (part !== file) hash.update(`\0${relative(dirname(file), part)}\0`);
    hash.update(text);
  }
  return hash.digest('hex');
}

/** What may be a relative import or require, in a comment too: a file too many does no harm. */
const IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(?:\/\*.*?\*\/\s*)*(['"`])(\.{1,2}\/[^'"`\n]+)\1/g;
/** Bytes: what is longer is no code that somebody wrote. */
const LONGEST = 4 * 2 ** 20;

/** Texts of a file and of all that it imports, in the order in which they are met. */
function withImports(file: string, met = new Map<string, string>()): ReadonlyMap<string, string> {
  if (met.has(file)) return met;
  const text = readFileSync(file, 'utf8');
  met.set(file, text);
  if (!sourceExtensions.includes(extname(file))) return met; // JSON
  for (const [, , name] of text.matchAll(IMPORT))
    for (const imported of filesOf(join(dirname(file), name!))) withImports(imported, met);
  return met;
}

/** The files that an import may mean, as TypeScript and Node find them; none: that is told when it is loaded. */
function filesOf(path: string): readonly string[] {
  const endings = ['', ...sourceExtensions, '.json', ...sourceExtensions.map((extension) => `/index${extension}`)];
  const written = path.replace(/\.([mc]?)js$/, '.$1ts');
  const candidates = new Set([...endings.map((ending) => path + ending), written]);
  return [...candidates].filter(isSource).map((one) => realpathSync(one));
}

function isSource(path: string): boolean {
  if (![...sourceExtensions, '.json'].includes(extname(path))) return false;
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= LONGEST;
  } catch {
    return false; // nothing is there, or it cannot be looked at: loading tells
  }
}

function descriptionAbove(file: string): string | null {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return path;
  }
  return null;
}
