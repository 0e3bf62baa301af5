import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as siamese from 'siamese';
import { describe, expect, test } from 'vitest';
import { isPluginFile, loadPlugins } from '../../core/plugin/load.js';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'plugins-')));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
const source = (name: string, kind = 'Schedule', rest = 'create: () => ({ factor: () => 1 })'): string =>
  `import { definePlugin, ${kind} } from 'siamese';
   export default definePlugin(${kind}, { name: '${name}', summary: 'A plugin.', options: { type: 'object', additionalProperties: false, properties: {} }, ${rest} });`;
async function problemsOf(names: readonly string[], folder: string): Promise<string[]> {
  try {
    await loadPlugins(names, folder);
    return [];
  } catch (error) {
    return (error as siamese.ProblemError).problems.map(({ code, message }) => `${code} ${message}`);
  }
}

describe('loadPlugins', () => {
  test('a TypeScript file in a folder without siamese gets the running instance', async () => {
    const folder = folderWith({
      'other.ts': 'export const factor = (step: number): number => step * 2;',
      'mine.ts': `import * as all from 'siamese';\nimport { factor } from './other.js';\n${source('acme/mine').replace('factor: () => 1', 'factor: ({ step }: { step: number }) => factor(step), all')}`,
    });
    const [group] = await loadPlugins(['./mine.ts'], folder);
    expect([group!.owner, group!.plugins.map(({ kind, name }) => `${kind} ${name}`)]).toEqual([
      './mine.ts',
      ['schedule acme/mine'],
    ]);
    const made = (
      group!.plugins[0]!.definition as { create: () => { factor(at: { step: number }): number; all: typeof siamese } }
    ).create();
    expect(made.factor({ step: 4 })).toBe(8);
    expect(made.all.Schedule).toBe(siamese.Schedule);
    expect(made.all.ops.add).toBe(siamese.ops.add);
  });

  test('packages are looked for from the folder upwards: ESM and CommonJS, a list or one', async () => {
    const folder = folderWith({
      'node_modules/acme-esm/package.json':
        '{ "name": "acme-esm", "type": "module", "exports": { ".": { "import": "./i.js" } } }',
      'node_modules/acme-esm/i.js': source('acme/esm')
        .replace('export default ', 'export default [')
        .replace(/;$/, '];'),
      'node_modules/@acme/cjs/package.json': '{ "name": "@acme/cjs", "main": "i.js" }',
      'node_modules/@acme/cjs/i.js': source('acme/cjs')
        .replace(/import \{(.*)\} from 'siamese';/, "const {$1} = require('siamese');")
        .replace('export default', 'module.exports ='),
      'recipes/deep/r.yaml': '',
    });
    const groups = await loadPlugins(['acme-esm', '@acme/cjs'], join(folder, 'recipes/deep'));
    expect(groups.map(({ owner, plugins }) => [owner, plugins.map(({ name }) => name)])).toEqual([
      ['acme-esm', ['acme/esm']],
      ['@acme/cjs', ['acme/cjs']],
    ]);
  });

  test.each([
    ['gone.ts', './gone.ts', 'PLUGIN_LOAD the plugin file ./gone.ts does not exist'],
    ['x.ts', 'no-such-package', 'PLUGIN_LOAD the plugin package no-such-package is not installed'],
    ["throw new Error('boom\\nat x');", './a.ts', 'PLUGIN_LOAD the plugins of ./a.ts cannot be loaded: boom'],
    [
      source('acme/a', 'Looss'),
      './a.ts',
      'PLUGIN_LOAD the plugins of ./a.ts cannot be loaded: the first argument of definePlugin is no slot: it must be Encoder, Distance, Head, Loss, Sampler, Source, Split, Optimizer, Schedule, Augmentation, Evaluator or Tracker of siamese; is the name in its import right?',
    ],
    [
      "import { definePlugin, Loss } from 'siamese';\nexport default definePlugin(Loss);",
      './a.ts',
      'PLUGIN_LOAD the plugins of ./a.ts cannot be loaded: the second argument of definePlugin is missing: it must be the definition of the plugin',
    ],
    ["throw 'just text';", './a.ts', 'PLUGIN_LOAD the plugins of ./a.ts cannot be loaded: just text'],
    [
      "import 'no-such-package';",
      './a.ts',
      "PLUGIN_LOAD the plugins of ./a.ts cannot be loaded: Cannot find module 'no-such-package'",
    ],
    [
      'export const a = 1;',
      './a.ts',
      'PLUGIN_INVALID ./a.ts must have a default export of one plugin or a list of them, but exports something else',
    ],
    [
      'export default [];',
      './a.ts',
      'PLUGIN_INVALID ./a.ts must have a default export of one plugin or a list of them, but exports an empty list',
    ],
    [
      source('mine'),
      './a.ts',
      'PLUGIN_INVALID schedule "mine" of ./a.ts: its name must have the form vendor/name, got "mine"',
    ],
    [
      source('acme/a', 'Schedule', 'api: 7, create: () => ({})'),
      './a.ts',
      'PLUGIN_API schedule "acme/a" of ./a.ts is written for plugin contract 7; this siamese has 1',
    ],
    [
      source('acme/a', 'Distance', 'create: () => ({})'),
      './a.ts',
      'PLUGIN_INVALID distance "acme/a" of ./a.ts: it declares no range: a distance must, as a range [low, high], or a function of the options',
    ],
    [
      source('acme/a', 'Loss', 'create: () => ({})'),
      './a.ts',
      'PLUGIN_INVALID loss "acme/a" of ./a.ts: it declares no needs: a loss must, as { score: ... } or { embeddings: ... }',
    ],
    [
      source('acme/a', 'Schedule', 'create: 3'),
      './a.ts',
      'PLUGIN_INVALID schedule "acme/a" of ./a.ts: create must be a function',
    ],
  ])('%s', async (text, name, expected) => {
    expect(await problemsOf([name], folderWith(text.includes(' ') ? { 'a.ts': text } : {}))).toEqual([expected]);
  });

  test.each([
    ['encoder', ['accepts']],
    ['distance', ['range']],
    ['head', ['produces', 'reads']],
    ['loss', ['needs']],
    ['sampler', ['from', 'streams', 'yields']],
    ['source', ['access', 'relations']],
    ['split', ['of', 'disjoint']],
    ['optimizer', ['slots']],
    ['schedule', []],
    ['augmentation', ['accepts', 'place']],
    ['evaluator', ['metrics', 'measures']],
    ['tracker', []],
  ])('%s without its declarations', async (kind, declarations) => {
    const slot = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    const problems = await problemsOf(['./a.ts'], folderWith({ 'a.ts': source('acme/a', slot) }));
    expect(problems.map((problem) => /declares no (\w+)/.exec(problem)?.[1])).toEqual(declarations);
  });

  test('all that is wrong is told at once', async () => {
    const folder = folderWith({ 'a.ts': source('mine'), 'b.ts': 'export default 3;' });
    expect(await problemsOf(['./a.ts', './b.ts', './c.ts'], folder)).toHaveLength(3);
  });
});

test('isPluginFile', () => {
  const folder = folderWith({ 'mine.ts': '' });
  expect(
    ['./x.ts', '../x.js', '/x', 'mine.ts', 'chart.js', 'acme', '@acme/x'].map((name) => isPluginFile(name, folder)),
  ).toEqual([true, true, true, true, false, false, false]);
});
