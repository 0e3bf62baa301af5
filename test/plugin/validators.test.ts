import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileSchema, moduleOf } from '../../core/plugin/ajv.js';
import type { Schema } from '../../core/plugin/schema.js';
import { checkable, type Validate, validatorFile } from '../../core/plugin/validators.js';
import { builtIn } from '../../plugins/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const envelope = JSON.parse(readFileSync(join(root, 'schemas/recipe.schema.json'), 'utf8')) as Schema;
/** Of the built siamese. */
const built = (schema: Schema): string =>
  validatorFile(schema).replace(join(root, 'core'), () => join(root, 'dist', 'core'));

describe('functions that check a schema', () => {
  it('are asked for of a schema and of each branch of its unions, with the definitions', () => {
    const $defs = { size: { type: 'integer' } } as const;
    const either = { anyOf: [{ $ref: '#/$defs/size' }, { type: 'string' }] } as const;
    const schema: Schema = { $defs, properties: { a: either, b: { items: either } } };
    expect([...checkable(schema)]).toEqual([schema, { type: 'integer', $defs }, { type: 'string', $defs }]);
  });

  it('are built for every schema of siamese', () => {
    const schemas = [envelope, ...builtIn.map(({ options }) => options as Schema)].flatMap((one) => [
      ...checkable(one),
    ]);
    expect(schemas.length).toBeGreaterThan(100);
    expect(schemas.filter((schema) => !existsSync(built(schema)))).toEqual([]);
    expect(readFileSync(built(envelope), 'utf8')).toBe(moduleOf(envelope));
  });

  it('find what ajv finds, and fill in the same defaults', () => {
    const ready = createRequire(import.meta.url)(built(envelope)) as Validate;
    const fresh = compileSchema(envelope);
    const folder = join(root, 'test/golden/mistakes');
    const files = readdirSync(folder, { recursive: true }).map(String);
    let wrong = 0;
    for (const file of files.filter((name) => name.endsWith('.yaml'))) {
      const recipe = read(join(folder, file));
      if (recipe === null || typeof recipe !== 'object') continue;
      const [one, other] = [structuredClone(recipe), structuredClone(recipe)];
      expect(ready(one), file).toBe(fresh(other));
      expect(ready.errors ?? [], file).toEqual(fresh.errors ?? []);
      expect(one, file).toEqual(other);
      wrong += ready.errors?.length ?? 0;
    }
    expect(wrong).toBeGreaterThan(20);
  });

  it('are all that `validate` needs: it does not load ajv', () => {
    const tell =
      "process.on('exit', () => writeSync(1, String(Object.keys(require.cache).filter((file) => /ajv.dist/.test(file)).length)))";
    const recipes = ['recipes/mnist-contrastive.yaml', 'recipes/tiny/two-towers.yaml', 'recipes/tiny/stream.yaml'];
    const main = join(root, 'dist/core/cli/main.js');
    const hook = `data:text/javascript,import { writeSync } from 'node:fs'; import { createRequire } from 'node:module'; const require = createRequire('${root}x.js'); ${tell}`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', hook, main, 'validate', ...recipes], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toContain('3 recipes: 3 valid');
    expect(Number(stdout.trim().split('\n').at(-1))).toBeLessThan(5); // what compares texts and knows the formats
  });
});

/** null where the file is no YAML. */
function read(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'), { merge: true, logLevel: 'silent' });
  } catch {
    return null;
  }
}
