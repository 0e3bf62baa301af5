import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LanguageServer } from '../editor/language-server.js';
import { OfflineRegistry } from '../offline-registry.js';
import { runIn } from '../offline-run.js';

/**
 * The way of someone who has never seen siamese, in an empty folder: install, a recipe for a folder of images, check, plan,
 * train, read the report; then a loss of their own, its tests, its use in the recipe, its options in the editor and in CI;
 * and siamese as a library, from TypeScript and JavaScript. Each test goes on where the one before it ended.
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

/** Images of 8 by 8, a bright bar where the group says, in the files that MNIST comes in. */
function writeImages(at: string, prefix: string, count: number): void {
  const images = Buffer.alloc(16 + count * 64);
  const labels = Buffer.alloc(8 + count);
  for (const [i, value] of [0x803, count, 8, 8].entries()) images.writeInt32BE(value, 4 * i);
  for (const [i, value] of [0x801, count].entries()) labels.writeInt32BE(value, 4 * i);
  for (let item = 0; item < count; item++) {
    const group = item % 8;
    labels[8 + item] = group;
    for (let x = 0; x < 64; x++)
      images[16 + item * 64 + x] = ((x * 37 + item * 101) % 60) + (x % 8 === group ? 180 : 0);
  }
  writeFileSync(join(at, `${prefix}-images-idx3-ubyte`), images);
  writeFileSync(join(at, `${prefix}-labels-idx1-ubyte`), labels);
}

it('installs from the packed file, into an empty project', { timeout: 300_000 }, async () => {
  writeFileSync(join(home, 'package.json'), '{ "name": "project", "private": true, "type": "module" }');
  await run('npm install siamese');
  expect((await run('npx siamese --version')).stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  const installed = readdirSync(join(home, 'node_modules/siamese'));
  expect(installed).toEqual(expect.arrayContaining(['dist', 'schemas', 'recipes', 'README.md', 'LICENSE']));
  expect(installed.filter((name) => /^(test|setup\.mjs|tsconfig)/.test(name))).toEqual([]);
});

it('makes a recipe for a folder of images, checks, plans and trains it', { timeout: 300_000 }, async () => {
  mkdirSync(join(home, 'images'));
  writeImages(join(home, 'images'), 'train', 320);
  writeImages(join(home, 'images'), 't10k', 160);
  await run('npx siamese init images --out bars.yaml');
  expect((await run('npx siamese validate bars.yaml')).stdout).toBe('bars.yaml: valid\n');
  const plan = await run('npx siamese plan bars.yaml');
  expect(plan.stdout).toMatch(/conv/);
  expect((await run('npx siamese explain bars.yaml loss.margin')).stdout).toContain('bars.yaml:');
  await run('npx siamese run bars.yaml --set train.epochs=2 --out trained');
  const result = JSON.parse(readFileSync(join(home, 'trained/result.json'), 'utf8')) as Result;
  expect(result.status).toBe('completed');
  expect(result.test.verification.rocAuc).toBeGreaterThan(0.6);
  expect(readFileSync(join(home, 'trained/report.html'), 'utf8')).toContain('rocAuc');
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

const library = `import { checkRecipe, loadModel, planRecipe, runRecipe, ProblemError } from 'siamese';

const recipe = {
  version: 1, name: 'library', seed: 3,
  data: { source: { type: 'synthetic', groups: 12, perGroup: 20, shape: [4] } },
  encoder: { type: 'mlp', hidden: [8], dimensions: 4 },
  loss: { type: 'contrastive', margin: 1 },
  train: { epochs: 2, batchSize: 16 },
};
const { problems } = await checkRecipe({ ...recipe, loss: { type: 'contrastive', margin: -1 } });
const planned = await planRecipe(recipe, { set: ['train.epochs=1'] });
const events = new Set();
const finished = await runRecipe(recipe, { out: process.argv[2], onEvent: ({ kind }) => events.add(kind) });
const model = await loadModel(finished.folder);
const items = { [model.inputs.left[0].name]: Float32Array.from([0, 1, 2, 3, 0, 1, 2, 3]) };
const embeddings = await model.embed(items);
const scores = await model.compare(items, items);
model.close();
const stop = new AbortController();
const long = { ...recipe, train: { epochs: 1000, batchSize: 16 } };
const stopped = await runRecipe(long, { out: process.argv[2] + '-stopped', signal: stop.signal, onEvent: ({ kind }) => kind === 'step' && stop.abort() });
const refused = await runRecipe({ ...recipe, encoder: 'mpl' }).catch((error) => error instanceof ProblemError && error.problems[0].code);
console.log(JSON.stringify({
  wrong: problems.map(({ code, path }) => [code, path]), epochs: planned.plan.train.epochs, origin: planned.origin('train.epochs'),
  status: finished.result.status, events: [...events].sort(), embeddings: embeddings.map((one) => one.length),
  scores: [...scores], stopped: stopped.result.status, refused,
}));
process.exit();
`;

it('is a library, from JavaScript', { timeout: 300_000 }, async () => {
  writeFileSync(join(home, 'library.mjs'), library);
  const { stdout } = await run('node library.mjs out-js');
  expect(JSON.parse(stdout)).toMatchObject({
    wrong: [['OPTION_RANGE', 'loss.margin']],
    epochs: 1,
    origin: '--set train.epochs=1',
    status: 'completed',
    embeddings: [4, 4],
    scores: [0, 0],
    stopped: 'interrupted',
    refused: 'PLUGIN_UNKNOWN',
  });
  expect((JSON.parse(stdout) as { events: string[] }).events).toEqual(
    expect.arrayContaining(['begin', 'epoch', 'folder', 'step']),
  );
});

it('is a library, from TypeScript', { timeout: 300_000 }, async () => {
  await run('npm install --save-dev typescript @types/node@20');
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['library.ts', 'wrong.ts'] }));
  const typed = library
    .replace('new Set()', 'new Set<string>()')
    .replaceAll('process.argv[2]', 'String(process.argv[2])')
    .replaceAll('[0].', '[0]!.');
  writeFileSync(join(home, 'library.ts'), typed);
  writeFileSync(
    join(home, 'wrong.ts'),
    `import { runRecipe } from 'siamese';
// @ts-expect-error a recipe is a file or an object
await runRecipe(3);
// @ts-expect-error there is no such event
await runRecipe('a.yaml', { onEvent: (event) => event.kind === 'epcoh' });
// @ts-expect-error an engine that there is not
await runRecipe('a.yaml', { engine: 'cuda' });
`,
  );
  expect((await run('npx tsc')).stdout).toBe('');
});

interface Result {
  readonly status: string;
  readonly test: { readonly verification: { readonly rocAuc: number } };
}
