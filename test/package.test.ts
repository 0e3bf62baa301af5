import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The package as npm would publish it. */
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (...parts: string[]): string => join(root, 'node_modules', ...parts);
let folder: string;
let tarball: string;
let files: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'siamese-package-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  });
  const [found] = JSON.parse(packed.toString()) as { filename: string; files: { path: string }[] }[];
  tarball = join(folder, found!.filename);
  files = found!.files.map(({ path }) => path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Output of a check that must end with status 0. */
const run = (program: string, ...args: string[]): string =>
  execFileSync(process.execPath, [program, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

describe('the package', () => {
  it('holds what it needs and nothing else', () => {
    const needed = ['dist/core/index.js', 'dist/core/index.d.ts', 'dist/core/cli/main.js', 'dist/plugins/index.js'];
    needed.push('schemas/recipe.schema.json', 'core/cli/new/templates/loss.ts', 'LICENSE', 'README.md');
    for (const file of needed) expect(files).toContain(file);
    expect(
      files.filter((file) =>
        /^(core(?!\/cli\/new\/templates\/)|plugins|test)\/|node_modules|\.tsbuildinfo|^dist\/test/.test(file),
      ),
    ).toEqual([]);
  });

  it('is built with every module that a script of this repository names', () => {
    const scripts = ['test', 'recipes', 'schemas'].flatMap((place) =>
      readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(mjs|ts)$/.test(name))
        .map((name) => join(place, name)),
    );
    const named = scripts.flatMap(
      (file) => readFileSync(join(root, file), 'utf8').match(/\bdist\/(core|plugins)\/[\w/-]+\.js\b/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(20);
    expect([...new Set(named)].filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('tells the licences of what is joined with it', () => {
    const told = readFileSync(join(root, 'dist/licenses.txt'), 'utf8');
    for (const name of ['inversify', 'yaml', '@bufbuild/protobuf', 'vega-lite', 'vega-view', 'd3-scale'])
      expect(told).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(files).toContain('dist/licenses.txt');
  });

  it('passes publint', async () => {
    const { publint } = await import('publint');
    const { messages } = await publint({ pkgDir: root, strict: true, pack: false });
    expect(messages).toEqual([]);
  });

  it('has types that resolve (are the types wrong?)', () => {
    const output = run(
      bin('@arethetypeswrong', 'cli', 'dist', 'index.js'),
      tarball,
      '--profile',
      'esm-only',
      '--no-color',
      '--no-emoji',
      '--format',
      'ascii',
    );
    for (const door of ['siamese', 'siamese/testkit'])
      expect(output).toMatch(new RegExp(`"${door}"\\n\\nnode16 \\(from ESM\\): \\S* ?\\(ESM\\)`));
  });

  it('has no unused file, export or dependency', () => {
    const { stdout } = spawnSync(
      process.execPath,
      [bin('knip', 'bin', 'knip.js'), '--no-progress', '--no-config-hints'],
      { cwd: root, encoding: 'utf8' },
    );
    expect(stdout).toBe('');
  });

  it('pins every dependency exactly, and none of them asks for more than Node 20.19', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    const pins = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
      Object.entries(manifest[kind]!),
    );
    expect(pins.filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { engines?: { node?: string }; dev?: boolean; optional?: boolean }>;
    };
    const wanting = Object.entries(lock.packages)
      .filter(([name, { engines, dev, optional }]) => name !== '' && !dev && !optional && engines?.node !== undefined)
      .filter(([, { engines }]) => !admits(engines!.node!));
    expect(wanting.map(([name, { engines }]) => `${name} ${engines!.node}`)).toEqual([]);
  });
});

/** Whether a range of Node versions admits 20.19.0; only the forms that npm packages use. */
function admits(range: string): boolean {
  const version = [20, 19, 0];
  const compare = (text: string): number => {
    const parts = text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
    for (let i = 0; i < 3; i++) if (version[i] !== (parts[i] ?? 0)) return version[i]! - (parts[i] ?? 0);
    return 0;
  };
  const one = (term: string): boolean => {
    const [, sign = '', wanted = ''] = /^(>=|>|<=|<|\^|~|=|v)?\s*v?([\d.x*]+)/.exec(term) ?? [];
    if (wanted === '' || wanted === '*') return true;
    if (sign === '>=') return compare(wanted) >= 0;
    if (sign === '>') return compare(wanted) > 0;
    if (sign === '<') return compare(wanted) < 0;
    if (sign === '<=') return compare(wanted) <= 0;
    const major = Number(wanted.split('.')[0]);
    return major === 20 && (sign === '' ? true : compare(wanted) >= 0);
  };
  return range.split('||').some((part) =>
    part
      .trim()
      .replace(/(>=|<=|[<>^~=])\s+/g, '$1')
      .split(/\s+/)
      .every(one),
  );
}
