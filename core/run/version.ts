import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version in package.json, which lies above both `core/` and `dist/core/`. */
export const version: string = readVersion(dirname(fileURLToPath(import.meta.url)));

function readVersion(folder: string): string {
  for (let here = folder; ; here = dirname(here)) {
    try {
      const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === 'siamese' && manifest.version) return manifest.version;
    } catch {
      // no package.json here: look further up
    }
    if (dirname(here) === here) throw new Error('siamese cannot find its own package.json');
  }
}
