// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a recipe's own syntax
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createRegistry } from '../../core/plugin/registry.js';
import type { Schema } from '../../core/plugin/schema.js';
import { bundleSchema } from '../../core/recipe/bundle.js';
import { builtIn } from '../../plugins/index.js';
import { plugins } from '../recipe/fixtures/plugins.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const bundleOf = (own: typeof plugins): Schema => bundleSchema(createRegistry([{ owner: 'siamese', plugins: own }]));
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
const validator = ajv.compile(bundleOf(plugins));
const wrongAt = (text: string): string[] => {
  validator(parse(text, { merge: true }));
  return [...new Set((validator.errors ?? []).map(({ instancePath }) => instancePath))];
};

test('the bundle in schemas/ is that of the plugins: npx vitest run test/schemas -u makes it anew', async () => {
  await expect(`${JSON.stringify(bundleOf(builtIn), null, 2)}\n`).toMatchFileSnapshot(
    here('../../schemas/recipe.bundle.schema.json'),
  );
});

describe('the bundle', () => {
  test.each(readdirSync(here('../golden/plans')).filter((name) => name.endsWith('.yaml')))('accepts %s', (name) => {
    expect(wrongAt(readFileSync(here(`../golden/plans/${name}`), 'utf8'))).toEqual([]);
  });

  const base = 'version: 1\nname: a\ndata: { source: synthetic }\nencoder: mlp\nloss: contrastive\n';
  test.each([
    ['a bare recipe', base],
    [
      'references anywhere',
      `${base}vars: { e: 1 }\nseed: "\${vars.e}"\ntrain: { epochs: "\${vars.e}", checkpoint: { every: "\${vars.e}" } }\noptimizer: { type: adam, learningRate: "\${env.RATE:0.1}" }\ndistance: "\${vars.d}"\n`,
    ],
    ['a recipe that extends another', 'extends: ./a.yaml\nencoder: { hidden: [3] }\n'],
    ['a list of losses', base.replace('contrastive', '[contrastive, { type: bce, weight: 2 }]')],
    ['parts', `${base}train: { schedule: { type: warmup, then: { type: cosine, cycles: 2 } } }\n`],
  ])('accepts %s', (_name, text) => {
    expect(wrongAt(text)).toEqual([]);
  });

  test.each([
    ['an unknown key', `${base}trian: {}\n`, ''],
    ['an unknown plugin', base.replace('mlp', 'mpl'), '/encoder'],
    ['an unknown option', base.replace('mlp', '{ type: mlp, hiden: [1] }'), '/encoder'],
    ['an option out of range', base.replace('contrastive', '{ type: contrastive, margin: -1 }'), '/loss/margin'],
    [
      'an option of a part',
      `${base}train: { schedule: { type: warmup, then: { type: cosine, cycles: 0 } } }\n`,
      '/train/schedule/then/cycles',
    ],
    ['a key of the recipe out of range', `${base}train: { epochs: 0 }\n`, '/train/epochs'],
    ['a missing key', 'version: 1\nname: a\ndata: { source: synthetic }\nloss: contrastive\n', ''],
    ['a slot without its type', base.replace('mlp', '{ hidden: [3] }'), '/encoder'],
  ])('refuses %s', (_name, text, path) => {
    expect(wrongAt(text)).toContain(path);
  });

  test('a third-party plugin stands in it', () => {
    const third = { ...plugins.find(({ name }) => name === 'contrastive')!, name: 'acme/margin' };
    const schema = bundleOf([...plugins, third]);
    expect(Object.keys(schema.$defs!)).toContain('loss.acme.margin');
  });
});

describe('the schemas', () => {
  const names = ['recipe', 'plugin-options', 'recipe.bundle', 'plan', 'model'].map((name) => `${name}.schema.json`);
  const read = (name: string): Schema => JSON.parse(readFileSync(here(`../../schemas/${name}`), 'utf8')) as Schema;

  test.each(names)('%s is JSON Schema 2020-12', (name) => {
    expect(ajv.validateSchema(read(name)), JSON.stringify(ajv.errors)).toBe(true);
  });

  test('every key of the recipe is described, every map closed', () => {
    const faults: string[] = [];
    const visit = (schema: Schema, path: string): void => {
      const types = [schema.type ?? []].flat();
      const slot = types.includes('string');
      const described = schema.additionalProperties !== undefined || path.endsWith('vars') || path.endsWith('fields');
      if (types.includes('object') && !slot && !described) faults.push(`${path} is open`);
      for (const [name, inner] of Object.entries(schema.properties ?? {})) {
        if (inner === true) continue;
        if (inner.description === undefined && inner.const === undefined && !targetOf(inner)?.description)
          faults.push(`${path}.${name} is not described`);
        visit(inner, `${path}.${name}`);
      }
      for (const inner of [...(schema.anyOf ?? []), schema.items, schema.then, schema.else])
        if (typeof inner === 'object') visit(inner, path);
    };
    const recipe = read('recipe.schema.json');
    const targetOf = (schema: Schema): Schema | undefined => recipe.$defs?.[schema.$ref?.replace('#/$defs/', '') ?? ''];
    visit(recipe, 'recipe');
    for (const [name, schema] of Object.entries(recipe.$defs ?? {})) visit(schema, name);
    expect(faults).toEqual([]);
  });
});
