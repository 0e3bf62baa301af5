import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { makeFolder, writeWhole } from '../files/index.js';
import type { Cli } from './cli.js';
import { schema } from './schema.js';
import { err } from './terminal.js';

const shipped = 'node_modules/siamese/schemas/recipe.bundle.schema.json';
const own = 'siamese.schema.json';

/** The first line of a recipe, by which the YAML language server knows its schema. */
export const headerLine = (path: string): string => `# yaml-language-server: $schema=${path}\n`;

/** What Visual Studio Code is told: the same for recipes without that line. */
export const settingsText = (path: string, patterns: readonly string[]): string =>
  `${JSON.stringify({ 'yaml.schemas': { [path]: patterns } }, null, 2)}\n`;

/**
 * Sets up the editor beside a recipe: the schema of the siamese that is installed for its folder, else one written beside
 * it, and `.vscode/settings.json`, unless there is one already. The schema's path as seen from the recipe.
 */
export async function setUpEditor(cli: Cli, recipe: string): Promise<string> {
  const folder = dirname(resolve(recipe));
  const path = installedFor(folder) ?? `./${own}`;
  if (path === `./${own}`) await schema(cli, undefined, { out: relative('.', join(folder, own)) || own });
  const settings = join(folder, '.vscode/settings.json');
  if (existsSync(settings)) err(`${relative('.', settings)} is there already, and is left as it is`);
  else {
    await makeFolder(dirname(settings));
    await writeWhole(settings, settingsText(path, [...new Set([basename(recipe), 'recipes/**/*.yaml'])]));
  }
  return path;
}

function installedFor(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, shipped))) {
      const path = relative(folder, join(at, shipped)).replaceAll('\\', '/');
      return path.startsWith('.') ? path : `./${path}`;
    }
    if (dirname(at) === at) return null;
  }
}
