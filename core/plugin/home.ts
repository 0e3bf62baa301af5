import { readFileSync } from 'node:fs';

/** siamese's own folder, be it run from `core/*.ts` or from `dist/core/*.js`. */
const home = new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url);

/** A JSON file of the package itself, such as `schemas/recipe.schema.json`. */
export function readOwnJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, home), 'utf8'));
}
