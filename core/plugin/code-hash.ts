import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * SHA-256 of what a file of plugins is loaded from; of a package also of its package.json, whose version stands for its
 * other files. What a file imports beside it is not looked at.
 */
export function codeHash(file: string, isPackage: boolean): string {
  const hash = createHash('sha256').update(readFileSync(file));
  const described = isPackage ? descriptionAbove(file) : null;
  if (described !== null) hash.update(readFileSync(described));
  return hash.digest('hex');
}

function descriptionAbove(file: string): string | null {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return path;
  }
  return null;
}
