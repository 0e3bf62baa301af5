/**
 * Part of the build: writes the functions that check recipes and run folders against siamese's own schemas beside the built code, one
 * module for each schema, so that `siamese validate` need not load ajv and compile them anew each time.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { moduleOf } = await import(at('dist/core/plugin/ajv.js'));
const { checkable, validatorFile } = await import(at('dist/core/plugin/validators.js'));
const { loadLight } = await import(at('dist/plugins/light.js'));

const [recipe, ...stored] = ['recipe', 'plan', 'model'].map((name) =>
  JSON.parse(readFileSync(at(`schemas/${name}.schema.json`), 'utf8')),
);
const schemas = [recipe, ...stored, ...(await loadLight()).map(({ options }) => options)].flatMap((one) => [...checkable(one)]);
const modules = new Map(schemas.map((schema) => [validatorFile(schema), schema]));
const folder = dirname(validatorFile(recipe));
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) {
  if (!modules.has(join(folder, name))) rmSync(join(folder, name));
}
const known = new Set(readdirSync(folder));
for (const [file, schema] of modules) if (!known.has(basename(file))) writeFileSync(file, moduleOf(schema));
