import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LanguageServer } from '../editor/language-server.js';
import { OfflineRegistry } from '../offline-registry.js';
import { runIn } from '../offline-run.js';
import { png } from '../plugins/sources/images/pictures.js';
import { findChromium, openBrowser, openFile } from './browser.js';

/**
 * The way of someone who has never seen siamese, in an empty folder: install, a recipe for a folder of images, the decoder
 * that it needs, check, plan, train, read the report; then a loss of their own, its tests, its use in the recipe, its options
 * in the editor and in CI. Each test goes on where the one before it ended.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'siamese-stranger-'));
const home = join(folder, 'project');
let registry: OfflineRegistry;

beforeAll(async () => {
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(packed.toString()) as [{ filename: string }];
  registry = await OfflineRegistry.start(join(folder, filename));
  mkdirSync(home);
}, 180_000);
afterAll(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (command: string, { at = home, status = 0 } = {}) =>
  runIn(at, command, { registry: registry.url, cache: join(folder, 'npm-cache'), status });

/** Images of 16 by 16 in a folder for each of twelve groups: a bright bar where the group says, in noise. */
async function writeImages(at: string): Promise<void> {
  for (let group = 0; group < 12; group++) {
    mkdirSync(join(at, `bar-${group}`), { recursive: true });
    for (let item = 0; item < 20; item++) {
      const grey = Array.from(
        { length: 256 },
        (_, x) => ((x * 37 + item * item * 101) % 97) + (x % 16 === group ? 90 : 0),
      );
      const picture = await png(
        16,
        16,
        grey.map((value) => [value, value, value] as const),
      );
      writeFileSync(join(at, `bar-${group}`, `${item}.png`), picture);
    }
  }
}

it('installs from the packed file, into an empty project', { timeout: 300_000 }, async () => {
  writeFileSync(join(home, 'package.json'), '{ "name": "project", "private": true, "type": "module" }');
  await run('npm install siamese');
  expect((await run('npx siamese --version')).stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  const installed = readdirSync(join(home, 'node_modules/siamese'));
  expect(installed).toEqual(expect.arrayContaining(['dist', 'schemas', 'recipes', 'README.md', 'LICENSE']));
  expect(installed.filter((name) => /^(test|setup\.mjs|tsconfig)/.test(name))).toEqual([]);
});

it('makes a recipe for a folder of images, and says what is missing', { timeout: 300_000 }, async () => {
  await writeImages(join(home, 'images'));
  const { stderr } = await run('npx siamese init images --out bars.yaml');
  expect(stderr).toContain('images are decoded by the package sharp, which is not installed');
  const [, install] = /next: (npm install sharp@[\d.]+), then npx siamese plan bars\.yaml/.exec(stderr) ?? [];
  expect(install, stderr).toBeDefined();
  const refused = await run('npx siamese validate bars.yaml', { status: 1 });
  expect(refused.stderr).toMatch(
    /^bars\.yaml:\d+:\d+ {2}PLUGIN_LOAD {2}images are decoded by the package sharp, which is not installed\n/,
  );
  expect(refused.stderr).toContain(`\n   ${install}\n`);
  await run(install!);
  await run('npx siamese init images --out bars.yaml --force'); // now it sees the sizes
  const recipe = readFileSync(join(home, 'bars.yaml'), 'utf8');
  expect(recipe).toContain('# 240 images of 12 groups, one folder each\n');
  expect(recipe).toContain('size: [16, 16], channels: 3 } }   # height, width, as they are\n');
});

it('checks, plans and trains it', { timeout: 300_000 }, async () => {
  expect((await run('npx siamese validate bars.yaml')).stdout).toBe('bars.yaml: valid\n');
  expect((await run('npx siamese plan bars.yaml')).stdout).toMatch(/conv/);
  expect((await run('npx siamese explain bars.yaml loss.margin')).stdout).toContain('bars.yaml:');
  await run('npx siamese run bars.yaml --set train.epochs=2 --out trained');
  const result = JSON.parse(readFileSync(join(home, 'trained/result.json'), 'utf8')) as Result;
  expect(result.status).toBe('completed');
  expect(result.data).toMatchObject({ items: 240, overlap: { items: 0 } });
  expect(result.test.verification.rocAuc).toBeGreaterThan(0.6);
});

it('leaves a report with the images of its pairs', () => {
  const report = readFileSync(join(home, 'trained/report.html'), 'utf8');
  expect(report).toContain('rocAuc');
  expect(report.match(/data:image\/png;base64,/g)!.length).toBeGreaterThan(20);
});

const chromium = findChromium(existsSync);
const isAbsent = chromium === null && process.env['CI'] !== 'true';
if (isAbsent) console.log('skipped: there is no Chromium here (apt-get install chromium, or set CHROMIUM)');
it.skipIf(isAbsent)('shows it in a browser', { timeout: 120_000 }, async () => {
  const report = join(home, 'trained/report.html');
  const browser = (await openBrowser(chromium))!;
  const { page, errors, requests } = await openFile(browser, report, { width: 1280, scheme: 'light' });
  expect([...errors, ...requests]).toEqual([`file://${report}`]);
  expect(await page.evaluate('document.body.innerText')).toMatch(/images[\s\S]*verification/i);
  const broken = '[...document.images].filter((one) => !one.complete || one.naturalWidth === 0).length';
  expect(await page.evaluate(broken)).toBe(0);
  await browser.close();
});

it('writes a loss of their own, which passes its tests and packs', { timeout: 300_000 }, async () => {
  await run('npx siamese plugins new loss acme/demo');
  const demo = join(home, 'demo');
  await run('npm install', { at: demo });
  expect((await run('npm test', { at: demo })).stdout).toMatch(/pass 1\b/);
  expect((await run('npx siamese plugins test .', { at: demo })).stdout).toMatch(/0 failed/);
  await run('npx siamese run recipe.yaml --out run', { at: demo });
  const [packed] = JSON.parse((await run('npm pack --json --dry-run', { at: demo })).stdout) as [
    { files: { path: string }[] },
  ];
  const files = packed.files.map(({ path }) => path);
  expect(files).toEqual(expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'package.json', 'README.md']));
  expect(files.filter((path) => /^src|test\.js$|recipe/.test(path))).toEqual([]);
});

it('uses it in the recipe, in the editor and in CI', { timeout: 300_000 }, async () => {
  await run('npm install ./demo --install-links');
  const text = readFileSync(join(home, 'bars.yaml'), 'utf8');
  const header = '# yaml-language-server: $schema=./recipe.schema.json\nplugins: ["@acme/demo"]\n';
  const own = text
    .replace(/^# yaml-language-server.*\n/, header)
    .replace(/^loss:.*$/m, 'loss: { type: acme/demo, margin: 1 }');
  writeFileSync(join(home, 'own.yaml'), own);
  await run('npx siamese run own.yaml --set train.epochs=1 --out own');
  await run('npx siamese schema own.yaml --out recipe.schema.json');
  const server = await LanguageServer.start(home);
  const options = await server.complete(own.replace(/^loss:.*$/m, 'loss:\n  type: acme/demo\n  |'));
  expect(await server.diagnose(join(home, 'own.yaml'))).toEqual([]);
  await server.stop();
  expect(options).toContain('margin');
  writeFileSync(join(home, 'wrong.yaml'), own.replace('margin: 1', 'margin: -1'));
  const check = 'npx siamese validate own.yaml wrong.yaml --schemas recipe.schema.json --format';
  expect((await run(`${check} github`, { status: 1 })).stdout).toMatch(
    /^::error file=wrong.yaml,line=\d+,.*title=OPTION_RANGE::loss.margin must be > 0, got -1/,
  );
  const sarif = JSON.parse((await run(`${check} sarif`, { status: 1 })).stdout) as {
    runs: [{ results: { ruleId: string }[] }];
  };
  expect(sarif.runs[0].results.map(({ ruleId }) => ruleId)).toEqual(['OPTION_RANGE']);
  expect((await run(`${check} junit`, { status: 1 })).stdout).toMatch(/<testsuite .*tests="2" failures="1"/);
});

it('refuses a plugin that was written for another version of the contract', { timeout: 120_000 }, async () => {
  const source = readFileSync(join(home, 'demo/src/demo.ts'), 'utf8').replace('api: 1,', 'api: 2 as never,');
  writeFileSync(join(home, 'future.ts'), `${source.replace('export const', 'const')}\nexport default demo;\n`);
  writeFileSync(
    join(home, 'future.yaml'),
    'version: 1\nname: future\nplugins: [./future.ts]\ndata: { source: synthetic }\nencoder: mlp\nloss: acme/demo\n',
  );
  const { stderr } = await run('npx siamese validate future.yaml', { status: 1 });
  expect(stderr).toContain(
    'PLUGIN_API  loss "acme/demo" of ./future.ts is written for plugin contract 2; this siamese has 1',
  );
});

interface Result {
  readonly status: string;
  readonly data: { readonly items: number; readonly overlap: { readonly items: number } };
  readonly test: { readonly verification: { readonly rocAuc: number } };
}
