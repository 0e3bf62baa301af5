/** Where a new package gets siamese from. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { version } from '../../run/version.js';

type Manifest = Readonly<Partial<Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>>>;

/**
 * As the project around the package says: a packed file, a folder or an address that it installs siamese from; where it
 * says nothing of the kind, the published versions that fit this one.
 */
export function siameseSpec(out: string): string {
  const home = resolve(out);
  for (let at = dirname(home); ; at = dirname(at)) {
    const spec = specIn(join(at, 'package.json'));
    if (spec?.startsWith('file:')) return `file:${relative(home, resolve(at, spec.slice(5))).replaceAll('\\', '/')}`;
    if (spec && /^(https?|git|github|gitlab|bitbucket)\b/.test(spec)) return spec;
    if (spec !== undefined || dirname(at) === at) return `^${version}`;
  }
}

function specIn(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    return dependencies?.['siamese'] ?? devDependencies?.['siamese'];
  } catch {
    return undefined; // npm will say what is wrong with it
  }
}
