import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CodeNeeded, catalogueOf, pluginsOf } from '../../../core/plugin/catalogue.js';
import { createRegistry } from '../../../core/plugin/registry.js';
import { view } from '../../../core/plugin/view.js';
import { planRecipe } from '../../../core/recipe/plan.js';
import { builtIn } from '../../../plugins/index.js';
import { loadLight } from '../../../plugins/light.js';
import { largeRecipes, recipeFile, tinyRecipes } from '../../recipes/recipes.js';
import { siameseIn, sound, workFolder } from './command.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Checking by a file of `siamese schema --out` alone. */
const folder = workFolder();
const plugin = `import { definePlugin, Distance, Evaluator, Loss, ops } from 'siamese';
const none = { type: 'object', additionalProperties: false, properties: {} } as const;
export default [
  definePlugin(Loss, {
    name: 'acme/soft', summary: 'A soft border.', needs: { score: 'distance', margins: ['margin'] },
    options: { type: 'object', additionalProperties: false, properties: {
      margin: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Distance at which pushing fades.' } } },
    create: ({ margin }) => ({ perPair: (distance, target) => ops.mul(target, ops.sub(distance, margin)) }),
  }),
  definePlugin(Distance, { name: 'acme/bounded', summary: 'Never above 1.', options: none, range: [0, 1],
    create: () => ({ between: (a, b) => ops.tanh(ops.norm(ops.sub(a, b), 2, 1)) }) }),
];
`;
mkdirSync(join(folder, 'team'));
writeFileSync(join(folder, 'team/losses.ts'), plugin);
const recipe = `plugins: [./losses.ts]\n${sound.replace('contrastive', '{ type: acme/soft, margin: 0.5 }')}distance: acme/bounded\n`;
writeFileSync(join(folder, 'team/good.yaml'), recipe);
writeFileSync(join(folder, 'team/far.yaml'), recipe.replace('0.5', '2'));
writeFileSync(join(folder, 'team/odd.yaml'), recipe.replace('margin', 'margn'));
writeFileSync(join(folder, 'strange.yaml'), recipe.replace('./losses.ts', '"@other/package"'));
writeFileSync(
  join(folder, 'dense.yaml'),
  `${sound.replace('contrastive', 'bce')}head: { type: dense, from: distance }\n`,
);

/** The sources that a built file is made of: it names each in a line of its own. */
const sourcesOf = (file: string): string[] =>
  readFileSync(file, 'utf8').match(/(?<=^\/\/ )(core|plugins)\/\S+\.ts$/gm) ?? [];

describe('validate --schemas', () => {
  it('knows the plugins of a recipe without their code', () => {
    expect(siameseIn(folder, ['schema', 'team/good.yaml', '--out', 'siamese.schema.json'])).toMatchObject({
      status: 0,
    });
    renameSync(join(folder, 'team/losses.ts'), join(folder, 'team/gone'));
    const check = (...files: string[]) => siameseIn(folder, ['validate', ...files, '--schemas', 'siamese.schema.json']);
    expect(check('team/good.yaml', 'dense.yaml')).toMatchObject({ status: 0, stderr: '2 recipes: 2 valid\n' });
    const far = check('team/far.yaml');
    expect(far.status).toBe(1);
    expect(far.stderr).toContain('loss.margin is 2, but the acme/bounded distance is 0..1: it must be below 1');
    expect(check('team/odd.yaml').stderr).toContain('loss.margn is no option of acme/soft; did you mean margin?');
    expect(check('strange.yaml').stderr).toContain('the given schemas do not hold the plugins of @other/package');
    const strict = siameseIn(folder, ['validate', 'team/good.yaml', '--untrusted', '--schemas', 'siamese.schema.json']);
    expect(strict.stderr).toMatch(/code that a run would load, and that was not loaded: \S*losses\.ts/);
    expect(strict.status).toBe(0);
    renameSync(join(folder, 'team/gone'), join(folder, 'team/losses.ts'));
  });

  it('loads neither TensorFlow nor a plugin that computes', () => {
    writeFileSync(join(folder, 'loaded.mjs'), spy);
    writeFileSync(join(folder, 'hooks.mjs'), hooks);
    for (const args of [
      ['--schemas', 'siamese.schema.json', 'team/good.yaml'],
      ['--no-data', 'dense.yaml'],
    ]) {
      const { status, stderr } = siameseIn(folder, ['validate', ...args], ['--import', './loaded.mjs']);
      expect(status, stderr).toBe(0);
      expect(stderr).toContain('modules:');
      expect(stderr).not.toMatch(/tfjs|jiti/);
      const files = new Set(stderr.match(/\/dist\/(core|plugins|chunks)\/\S+?\.js\b/g));
      const sources = [...files].flatMap((file) => sourcesOf(join(root, file)));
      expect(sources).toContain('core/recipe/plan.ts');
      expect(sources.filter((name) => /^plugins\/(losses|distances|encoders|heads|optimizers)/.test(name))).toEqual([]);
    }
  });

  it('refuses what is no such file', () => {
    writeFileSync(join(folder, 'other.json'), '{"type": "object"}');
    writeFileSync(join(folder, 'broken.json'), '{');
    writeFileSync(join(folder, 'null.json'), 'null');
    writeFileSync(join(folder, 'hollow.json'), '{"x-siamese": {"version": 1, "groups": [null]}}');
    for (const file of ['other.json', 'broken.json', 'gone.json', 'null.json', 'hollow.json']) {
      const { status, stderr } = siameseIn(folder, ['validate', 'dense.yaml', '--schemas', file]);
      expect(status).toBe(2);
      expect(stderr).toContain(`--schemas ${file}`);
    }
    expect(siameseIn(folder, ['validate', 'dense.yaml', '--schemas', 'x', '--smoke'])).toMatchObject({ status: 2 });
    expect(siameseIn(folder, ['validate', 'dense.yaml', '--untrusted', '--smoke'])).toMatchObject({ status: 2 });
  });
});

/** Every module that is loaded, be it imported or required. */
const spy = `import Module, { register } from 'node:module';
import { writeSync } from 'node:fs';
register('./hooks.mjs', import.meta.url);
process.on('exit', () => writeSync(2, 'modules: ' + Object.keys(Module._cache).join(' ')));
`;
const hooks = `import { writeSync } from 'node:fs';
export function load(url, context, next) {
  writeSync(2, url + '\\n');
  return next(url, context);
}
`;

describe('plugins as data', () => {
  const registry = createRegistry([{ owner: 'siamese', plugins: builtIn }]);
  const [group] = pluginsOf(JSON.parse(JSON.stringify(catalogueOf(registry))) as ReturnType<typeof catalogueOf>);

  it('declare what the plugins declare', () => {
    expect(group!.plugins.map(({ kind, name }) => [kind, name])).toEqual(builtIn.map(({ kind, name }) => [kind, name]));
    for (const [i, plugin] of group!.plugins.entries()) {
      const whole = Object.entries(view(builtIn[i]!)).filter(
        ([key, value]) => typeof value !== 'function' && key !== 'fused',
      );
      for (const [key, value] of whole)
        expect([plugin.name, key, (view(plugin) as never)[key]]).toEqual([plugin.name, key, value]);
    }
  });

  it('a function of one choice is a table, any other throws', () => {
    const get = (kind: 'head' | 'distance', name: string) =>
      view(group!.plugins.find((one) => one.kind === kind && one.name === name)!) as never as Record<
        string,
        (options: object) => unknown
      >;
    expect(get('head', 'dense')['reads']!({ from: 'distance' })).toBe('distance');
    expect(get('head', 'dense')['reads']!({ from: 'concat' })).toBe('embeddings');
    expect(() => get('distance', 'minkowski')['unitRange']!({ p: 3 })).toThrow(CodeNeeded);
    expect(() => get('head', 'dense')['create']!({})).toThrow(CodeNeeded);
  });

  it('every recipe is judged alike with and without TensorFlow', async () => {
    const light = await loadLight();
    for (const file of [...largeRecipes, ...tinyRecipes].map(recipeFile)) {
      const wholly = await planRecipe(file, { registry: builtIn });
      const lightly = await planRecipe(file, { registry: light }).catch((error: unknown) => {
        if (error instanceof CodeNeeded) return null;
        throw error;
      });
      if (lightly) expect(lightly.problems, file).toEqual(wholly.problems);
      if (lightly) expect(lightly.planned?.plan, file).toEqual(wholly.planned?.plan);
    }
  });
});
