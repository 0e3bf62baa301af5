import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kinds } from '../../core/contract/index.js';

/** Packages made by `siamese plugins new`, outside this repository, beside siamese as npm would publish it. */
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'siamese-plugins-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(packed.toString()) as [{ filename: string }];
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'siamese'), { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', join(modules, 'siamese'), '--strip-components=1']);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function siamese(args: readonly string[], at = folder): { status: number | null; stdout: string; stderr: string } {
  const main = join(folder, 'node_modules', 'siamese', 'dist', 'core', 'cli', 'main.js');
  return spawnSync(process.execPath, [main, ...args], { cwd: at, encoding: 'utf8' });
}
const nameOf = (kind: string): string => `my-${kind}`;
/** One that computes with tensors, and one that reads files; test/full tries all kinds. */
const tried = ['loss', 'source'] as const;

describe('siamese plugins new', () => {
  it('makes a package of every kind, with what an author needs', { timeout: 200_000 }, () => {
    for (const kind of kinds) {
      const made = siamese(['plugins', 'new', kind, `acme/${nameOf(kind)}`]);
      expect(made, made.stderr).toMatchObject({ status: 0 });
      const files = readdirSync(join(folder, nameOf(kind)), { recursive: true }).map(String);
      const wanted = [`src/${nameOf(kind)}.ts`, 'src/index.ts', 'recipe.yaml', 'recipe.schema.json', 'README.md'];
      expect(files).toEqual(expect.arrayContaining([...wanted, 'package.json', '.vscode/settings.json']));
    }
    const recipe = readFileSync(join(folder, 'my-loss', 'recipe.yaml'), 'utf8');
    expect(recipe.split('\n')[0]).toBe('# yaml-language-server: $schema=./recipe.schema.json');
    expect(readFileSync(join(folder, 'my-loss', 'recipe.schema.json'), 'utf8')).toContain('acme/my-loss');
  });

  it('siamese comes from where the project around the package has it from', () => {
    const from = (at: string): string => {
      const text = readFileSync(join(folder, at, 'package.json'), 'utf8');
      return (JSON.parse(text) as { devDependencies: Record<string, string> }).devDependencies['siamese']!;
    };
    expect(from('my-loss')).toMatch(/^\^\d/); // nobody says
    const projects = { packed: 'file:../siamese-0.1.0.tgz', git: 'git+https://example.org/siamese.git', npm: '^0.1.0' };
    for (const [name, spec] of Object.entries(projects)) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'package.json'), JSON.stringify({ dependencies: { siamese: spec } }));
      siamese(['plugins', 'new', 'loss', 'acme/one', '--out', 'plugins/one'], join(folder, name));
    }
    expect(from('packed/plugins/one')).toBe('file:../../../siamese-0.1.0.tgz');
    expect(from('git/plugins/one')).toBe(projects.git);
    expect(from('npm/plugins/one')).toMatch(/^\^\d/);
  });

  it('each of them type-checks', { timeout: 200_000 }, () => {
    const settings = JSON.parse(readFileSync(join(folder, 'my-loss', 'tsconfig.json'), 'utf8')) as {
      compilerOptions: object;
    };
    const compilerOptions = { ...settings.compilerOptions, rootDir: '.', outDir: 'built' };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['my-*/src'] }));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('reads well, and builds what it packs', () => {
    expect(readFileSync(join(folder, 'my-encoder', 'README.md'), 'utf8')).toContain(
      '\nAn encoder for recipes of siamese',
    );
    expect(readFileSync(join(folder, 'my-loss', 'README.md'), 'utf8')).toContain('\nA loss for recipes of siamese');
    const { scripts } = JSON.parse(readFileSync(join(folder, 'my-source', 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts).toMatchObject({ prepack: 'tsc', test: 'tsc && node --test dist/*.test.js' });
    expect(scripts['check']).toContain(String.raw`--options "{\"acme/my-source\":{\"path\":\"data.csv\"}}"`);
  });

  it('a loss and a source pass their own tests, by node:test', { timeout: 200_000 }, () => {
    const tests = tried.map((kind) => join(folder, 'built', nameOf(kind), 'src', `${nameOf(kind)}.test.js`));
    const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-concurrency=2', ...tests], {
      cwd: join(folder, 'my-source'), // where its data is
      encoding: 'utf8',
    });
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(new RegExp(`pass ${tried.length}\\b`));
  });

  it.each(tried)('the recipe of a %s trains', { timeout: 120_000 }, (kind) => {
    const at = join(folder, nameOf(kind));
    const { status, stdout, stderr } = siamese(['run', 'recipe.yaml', '--out', 'run', '--json'], at);
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed' });
  });

  it('replaces no folder, and refuses other names and kinds', () => {
    const again = siamese(['plugins', 'new', 'loss', 'acme/my-loss']);
    expect(again.status).not.toBe(0);
    expect(again.stderr).toContain('my-loss is there already');
    const misnamed = siamese(['plugins', 'new', 'loss', '@Acme/Soft_Margin']);
    expect(misnamed).toMatchObject({ status: 2 });
    expect(misnamed.stderr).toContain('Such as acme/soft-margin: ');
    expect(siamese(['plugins', 'new', 'loss', 'MyLoss']).stderr).toContain('Such as acme/myloss: ');
    expect(siamese(['plugins', 'new', 'los', 'acme/other'])).toMatchObject({ status: 2 });
  });
});

describe('siamese plugins test', () => {
  it('gives a table and status 0, or the failures and status 1', { timeout: 120_000 }, () => {
    const good = siamese(['plugins', 'test', './my-schedule']);
    expect(good).toMatchObject({ status: 0 });
    expect(good.stdout.trimEnd().split('\n').at(-1)).toMatch(/^1 plugin: \d+ checks passed, 0 failed/);
    const path = join(folder, 'bad.ts');
    const text = readFileSync(join(folder, 'my-schedule', 'src', 'my-schedule.ts'), 'utf8');
    writeFileSync(path, `${text.replace('1 + (end - 1)', '1 / 0 + (end - 1)')}\nexport default mySchedule;\n`);
    const bad = siamese(['plugins', 'test', 'bad.ts', '--json']);
    expect(bad).toMatchObject({ status: 1 });
    const [plugin] = JSON.parse(bad.stdout) as [{ name: string; checks: { name: string; outcome: string }[] }];
    expect(plugin.name).toBe('acme/my-schedule');
    expect(plugin.checks.filter(({ outcome }) => outcome === 'fail').map(({ name }) => name)).toContain(
      'a finite factor at every step',
    );
    expect(siamese(['plugins', 'test', './nowhere'])).toMatchObject({ status: 1 });
    expect(siamese(['plugins', 'test', 'bad.ts', '--options', '{'])).toMatchObject({ status: 2 });
    const unnamed = siamese(['plugins', 'test', 'bad.ts', '--options', '{"end":1}']);
    expect(unnamed).toMatchObject({ status: 2 });
    expect(unnamed.stderr).toContain(`By plugin: '{"acme/my-schedule": {...}}'`);
  });
});
