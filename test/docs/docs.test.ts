import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kinds } from '../../core/contract/index.js';
import { loadPlugins } from '../../core/plugin/load.js';
import { codes } from '../../core/problem/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { checkPlugin } from '../../core/testkit/index.js';
import { builtIn } from '../../plugins/index.js';
import { siameseIn } from '../cli/validate/command.js';
import { anchorsOf, blocksOf, pages, root, textOf } from './pages.js';

/** Links, recipes, commands and code of the documentation. */
const folder = mkdtempSync(join(tmpdir(), 'siamese-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const docs = pages.filter((page) => page.startsWith('docs/'));

it('every link leads somewhere', () => {
  const broken = pages.flatMap((page) => {
    const prose = textOf(page)
      .replace(/^```[\s\S]*?^```/gm, '')
      .replace(/`[^`\n]*`/g, '');
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
    return links.filter((link) => !leadsSomewhere(page, link)).map((link) => `${page}: ${link}`);
  });
  expect(broken).toEqual([]);
});

function leadsSomewhere(page: string, link: string): boolean {
  if (/^https?:/.test(link)) return true;
  const [path, anchor] = link.split('#') as [string, string?];
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(target).has(anchor);
}

it('every page can be reached from docs/README.md', () => {
  const reached = new Set<string>();
  const visit = (page: string): void => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const [, link] of textOf(page).matchAll(/\]\(([^)#\s]+\.md)/g)) {
      const target = join(dirname(page), link!);
      if (docs.includes(target)) visit(target);
    }
  };
  visit('docs/README.md');
  expect(docs.filter((page) => !reached.has(page))).toEqual([]);
});

/** Plugins of the pages stand beside their recipes, as the pages say. */
const kindPages = kinds.map((kind) => [kind, `docs/plugins/${kind}.md`] as const);
for (const [kind, page] of kindPages) {
  const [smallest] = blocksOf(page, 'ts');
  const constant = /^export const (\w+)/m.exec(smallest!.text)![1]!;
  writeFileSync(join(folder, `my-${kind}.ts`), `${smallest!.text}\nexport default ${constant};\n`);
}

describe('recipes', () => {
  const recipes = pages.flatMap((page) =>
    blocksOf(page, 'yaml')
      .filter(({ text }) => /^version: 1$/m.test(text) && !text.includes('my-loss.ts]\ndata:\n'))
      .map(({ text, line }) => [`${page}:${line}`, text] as const),
  );
  it.each(recipes.filter(([place]) => place.startsWith('docs/')))('%s is valid', async (_place, text) => {
    const { problems } = await planRecipe(join(folder, 'recipe.yaml'), { registry: builtIn, text, data: false });
    expect(problems).toEqual([]);
  });
  it('are many', () => expect(recipes.length).toBeGreaterThan(15));
});

it('every command that is shown is there, with its options', { timeout: 120_000 }, () => {
  const lines = docs.flatMap((page) => blocksOf(page, 'sh').flatMap(({ text }) => text.split('\n')));
  const commands = lines
    .map((line) => line.replace(/\s{2,}#.*$/, '').trim())
    .filter((line) => /^(npx )?siamese /.test(line));
  const helps = new Map<string, string>();
  for (const command of commands) {
    const words = command.replace(/^npx /, '').split(' ').slice(1);
    const name = ['plugins', 'engine'].includes(words[0]!) ? words.slice(0, 2) : words.slice(0, 1);
    const key = name.join(' ');
    if (!helps.has(key)) {
      const { status, stdout } = siameseIn(folder, [...name, '--help']);
      expect(status, command).toBe(0);
      expect(stdout, command).toContain(`Usage: siamese ${key}`);
      helps.set(key, stdout);
    }
    for (const option of words.filter((word) => word.startsWith('--')))
      expect(helps.get(key), command).toContain(option);
  }
  expect(commands.length).toBeGreaterThan(15);
});

it('all code of the pages compiles against the built package', { timeout: 200_000 }, () => {
  const code = join(folder, 'code');
  mkdirSync(code);
  const written = docs.filter((page) => !page.startsWith('docs/reference/api/')); // there it is signatures
  written.forEach((page, i) => {
    for (const [j, { text }] of blocksOf(page, 'ts').entries()) writeFileSync(join(code, `page-${i}-${j}.ts`), text);
  });
  const paths = {
    siamese: [join(root, 'dist/core/index.d.ts')],
    'siamese/testkit': [join(root, 'dist/core/testkit/index.d.ts')],
  };
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: true };
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths,
    ...strict,
  };
  writeFileSync(join(code, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(code, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', code], { encoding: 'utf8' });
  expect(stdout).toBe('');
});

describe('the plugins of the pages pass the conformance kit', () => {
  it.each(kindPages)('%s', { timeout: 120_000 }, async (kind, page) => {
    expect(blocksOf(page, 'ts')).toHaveLength(2);
    writeFileSync(
      join(folder, 'data.csv'),
      Array.from({ length: 30 }, (_, i) => `g${i % 5},${i % 5},${i % 7},${i}\n`).join(''),
    );
    for (const [i, { text }] of blocksOf(page, 'ts').entries()) {
      const constant = /^export const (\w+)/m.exec(text)![1]!;
      const file = join(folder, `${kind}-${i}.ts`);
      writeFileSync(file, `${text}\nexport default ${constant};\n`);
      const [group] = await loadPlugins([file], folder);
      const [plugin] = group!.plugins;
      const options = kind === 'source' && i === 1 ? { options: { path: 'data.csv' } } : {};
      const checks = await checkPlugin(plugin!, {
        owner: 'other',
        folder,
        plugins: builtIn,
        engines: ['portable'],
        ...options,
      });
      expect(
        checks.filter(({ outcome }) => outcome === 'fail'),
        plugin!.name,
      ).toEqual([]);
    }
  });

  it.each(kindPages)('the fuller %s is what plugins new writes', (kind, page) => {
    const template = textOf(`core/cli/new/templates/${kind}.ts`).replace('acme/example', `acme/full-${kind}`);
    expect(blocksOf(page, 'ts')[1]!.text).toBe(template);
  });
});

it('troubleshooting speaks of every state of health and of every status', () => {
  const text = textOf('docs/troubleshooting.md');
  const states = /name: ([^;]+);/.exec(textOf('core/train/health/signal.ts'))![1]!.match(/[a-z-]+/g)!;
  expect(states.length).toBeGreaterThan(4);
  for (const state of states) expect([...anchorsOf('docs/troubleshooting.md')]).toContain(state);
  for (const status of ['completed', 'interrupted', 'failed']) expect(text).toContain(`\`${status}\``);
  for (const code of Object.keys(codes))
    expect([...anchorsOf('docs/reference/errors.md')]).toContain(code.toLowerCase());
});
