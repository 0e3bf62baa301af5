import { existsSync } from 'node:fs';
import { writeWhole } from '../files/index.js';
import { createRegistry } from '../plugin/registry.js';
import { fail } from '../problem/index.js';
import { suggestRecipe } from '../run/suggest/recipe.js';
import type { Cli } from './cli.js';
import { headerLine, setUpEditor } from './editor.js';
import { status } from './exit.js';
import { err } from './terminal.js';

/** Writes a commented recipe for the data that it is shown; without data one that trains on synthetic vectors. Sets up the editor. */
export async function init(
  cli: Cli,
  data: string | undefined,
  options: { readonly out: string; readonly force?: boolean },
): Promise<number> {
  if (existsSync(options.out) && options.force !== true)
    fail('OUTPUT', `${options.out} is there already; --force replaces it, --out names another file`);
  const registry = createRegistry([{ owner: 'siamese', plugins: await cli.builtIn() }]);
  const { text, absent } = await suggestRecipe({ data: data ?? null, recipe: options.out, registry });
  const header = headerLine(await setUpEditor(cli, options.out));
  await writeWhole(options.out, header + text);
  const siamese = process.env['npm_command'] === 'exec' ? 'npx siamese' : 'siamese'; // as it was called
  if (absent) err(absent.message);
  const first = absent?.hint ? `${absent.hint}, then ` : '';
  err(`wrote ${options.out}; next: ${first}${siamese} plan ${options.out}, then ${siamese} run ${options.out}`);
  return status.good;
}
