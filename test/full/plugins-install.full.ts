import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kinds } from '../../core/contract/index.js';
import { root } from '../cli/validate/command.js';
import { hasNodeBinaries, nodeBinary } from '../node-binaries.js';
import { OfflineRegistry } from '../offline-registry.js';
import { runIn } from '../offline-run.js';

/** A package of every kind, made by `plugins new`: npm installs, builds and packs them without a network. */
const folder = mkdtempSync(join(tmpdir(), 'siamese-kinds-'));
let registry: OfflineRegistry;

beforeAll(async () => {
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(packed.toString()) as [{ filename: string }];
  registry = await OfflineRegistry.start(join(folder, filename));
}, 180_000);
afterAll(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

const home = join(folder, 'work');
const run = (command: string, at = home) =>
  runIn(at, command, { registry: registry.url, cache: join(folder, 'cache') });

it('a package of every kind installs and packs, built by that alone', { timeout: 400_000 }, async () => {
  mkdirSync(join(home, 'packages'), { recursive: true });
  const manifest = { name: 'work', private: true, type: 'module', workspaces: ['packages/*'] };
  writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
  await run('npm install siamese');
  for (const kind of kinds) await run(`npx siamese plugins new ${kind} acme/my-${kind} --out packages/my-${kind}`);
  await run('npm install');
  const { stdout } = await run('npm pack --dry-run --json --workspaces');
  const packages = JSON.parse(stdout) as { name: string; files: { path: string }[] }[];
  expect(packages.map(({ name }) => name).sort()).toEqual(kinds.map((kind) => `@acme/my-${kind}`).sort());
  for (const { name, files } of packages) {
    const word = name.replace('@acme/', '');
    const wanted = [
      'README.md',
      'package.json',
      'dist/index.js',
      'dist/index.d.ts',
      `dist/${word}.js`,
      `dist/${word}.d.ts`,
    ];
    expect(files.map(({ path }) => path).sort()).toEqual(wanted.sort());
  }
});

it.each(kinds)('a package of a %s passes its own test, and its recipe trains', { timeout: 200_000 }, async (kind) => {
  const at = join(home, 'packages', `my-${kind}`);
  expect((await run('npm test', at)).stdout).toMatch(/pass 1\b/);
  const { stdout } = await run('npx siamese run recipe.yaml --out run --json', at);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed' });
});

it('npm run check finds the data of a source', { timeout: 60_000 }, async () => {
  const { stdout } = await run('npm run check', join(home, 'packages', 'my-source'));
  expect(stdout).toContain('pass  reads what it describes');
});

if (!hasNodeBinaries) console.log("skipped: npm has no binaries of Node for this machine, to try packages' tests on");
it.skipIf(!hasNodeBinaries).each(['20', '22', '24'])(
  'npm test of a package fails where its plugin is wrong, on Node %s',
  { timeout: 120_000 },
  async (version) => {
    const at = join(home, 'packages', 'my-schedule');
    const path = join(at, 'src', 'my-schedule.ts');
    const right = readFileSync(path, 'utf8');
    writeFileSync(path, right.replace('1 + (end - 1)', '1 / 0 + (end - 1)'));
    const command = `PATH=${dirname(nodeBinary(version))}:$PATH npm test`;
    const ended = await runIn(at, command, { registry: registry.url, cache: join(folder, 'cache'), status: 1 });
    writeFileSync(path, right);
    expect(ended.stdout).toContain('a finite factor at every step');
    expect((await run(command, at)).stdout).toMatch(/pass 1\b/);
  },
);
