import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'vitest';
import { createRegistry } from '../../core/plugin/registry.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { fitPlugins } from '../../core/run/stored-plugins.js';
import { readStoredRun } from '../../core/run/stored-run.js';
import { builtIn } from '../../plugins/index.js';
import { changed, pathsIn } from '../changed-json.js';
import { recipesFolder } from '../recipes/recipes.js';
import { anyJson, damaged, fuzz, fuzzFolder } from './fuzz.js';

const folder = fuzzFolder();

const registry = createRegistry([{ owner: 'siamese', plugins: builtIn }]);
const { planned: known } = await planRecipe(join(recipesFolder, 'tiny/missing-fields.yaml'), { registry: builtIn });
const stored = JSON.stringify({ siamese: '0', plan: known!.plan, folder: '/', recipe: null, origins: {} });
const good = Buffer.from(stored);
/** The text around each of its values. */
const around = [...pathsIn(JSON.parse(stored))].map((at) =>
  JSON.stringify(changed(JSON.parse(stored), at, 'HERE')).split('"HERE"'),
);
/** Any JSON in place of one of them, be it a map or a number. */
const odd = fc
  .tuple(fc.nat(around.length - 1), anyJson)
  .map(([which, json]) => Buffer.from(around[which]!.join(String(json))));
const plan = fc.oneof(
  damaged(good),
  odd,
  anyJson.map((json) => Buffer.from(json)),
);
const result = fc.oneof(
  damaged(Buffer.from('{"status":"finished"}')),
  anyJson.map((json) => Buffer.from(json)),
);

test('any run folder is a run or a problem', () =>
  fuzz('stored run', fc.tuple(plan, result), ([planned, ended]) => {
    writeFileSync(join(folder, 'plan.json'), planned);
    writeFileSync(join(folder, 'result.json'), ended);
    return readStoredRun(folder).then(({ planned: { plan } }) => fitPlugins(plan, registry, 'plan.json'));
  }));
