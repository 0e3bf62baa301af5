import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder, writeFolderWhole, writeWhole } from '../files/index.js';
import { fail } from '../problem/index.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { packageFiles } from './new/package-files.js';
import { siameseSpec } from './new/siamese-spec.js';
import { kindOf } from './plugins.js';
import { schema } from './schema.js';
import { err } from './terminal.js';

/** Makes a package with a plugin: typed source, a test by the kit, a recipe that uses it, set-up of the editor. */
export async function create(
  cli: Cli,
  what: { readonly kind: string; readonly name: string },
  options: { readonly out?: string },
): Promise<number> {
  const kind = kindOf(what.kind);
  const [, vendor, word] = /^([a-z0-9][a-z0-9.-]*)\/([a-z][a-z0-9-]*)$/.exec(what.name) ?? [];
  if (!vendor || !word) {
    const hint = `Such as ${likelyName(what.name, kind)}: letters of a-z, digits and hyphens.`;
    fail('USAGE', `a plugin is called vendor/name, in lower case, got "${what.name}"`, { hint });
  }
  const out = options.out ?? word;
  if (existsSync(out)) fail('OUTPUT', `${out} is there already; --out names another folder`);
  const files = packageFiles(kind, { vendor, word }, siameseSpec(out));
  await writeFolderWhole(out, async (beside) => {
    for (const [path, text] of Object.entries(files)) {
      await makeFolder(dirname(join(beside, path)));
      await writeWhole(join(beside, path), text);
    }
  });
  await schema(cli, join(out, 'recipe.yaml'), { out: join(out, 'recipe.schema.json') });
  err(`wrote ${out}; next: cd ${out}, npm install, npm test, npx siamese run recipe.yaml`);
  return status.good;
}

/** `@Acme/Soft Margin` -> `acme/soft-margin`. */
function likelyName(given: string, kind: string): string {
  const words = given
    .toLowerCase()
    .split('/')
    .map((word) => word.replace(/[^a-z0-9]+/g, '-').replace(/^[-0-9]+|-+$/g, ''))
    .filter((word) => word !== '');
  const word = words.at(-1) ?? `my-${kind}`;
  return `${words.length > 1 ? words[0] : 'acme'}/${word}`;
}
