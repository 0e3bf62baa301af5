import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../cli/validate/command.js';
import { hasNodeBinaries, nodeBinary } from '../node-binaries.js';
import { OfflineRegistry } from '../offline-registry.js';
import { runIn } from '../offline-run.js';

/**
 * siamese as a library, from the packed file in an empty project: TypeScript compiled strictly, as modules and as CommonJS,
 * and JavaScript, on the oldest Node that is supported and on each newer one.
 */
const folder = mkdtempSync(join(tmpdir(), 'siamese-library-'));
const home = join(folder, 'project');
let registry: OfflineRegistry;
const run = (command: string, at = home) =>
  runIn(at, command, { registry: registry.url, cache: join(folder, 'npm-cache') });

/** What a program says; the same in each language and on each Node. */
const program = `
interface Said { [name: string]: unknown }
const recipe = {
  version: 1, name: 'library', seed: 3,
  data: { source: { type: 'synthetic', groups: 12, perGroup: 20, shape: [4] } },
  encoder: { type: 'mlp', hidden: [8], dimensions: 4 },
  loss: { type: 'contrastive', margin: 1 },
  train: { epochs: 2, batchSize: 16 },
};
async function use(out: string): Promise<Said> {
  const { problems } = await checkRecipe({ ...recipe, loss: { type: 'contrastive', margin: -1 } });
  const planned = await planRecipe(recipe, { set: ['train.epochs=1'] });
  const events = new Set<string>();
  const finished = await runRecipe(recipe, { out, onEvent: ({ kind }) => events.add(kind) });
  const model = await loadModel(finished.folder);
  const items = { [model.inputs.left[0]!.name]: Float32Array.from([0, 1, 2, 3, 0, 1, 2, 3]) };
  const embeddings = await model.embed(items);
  const scores = await model.compare(items, items);
  model.close();
  const stop = new AbortController();
  const long = { ...recipe, train: { epochs: 1000, batchSize: 16 } };
  const onEvent = (event: RunEvent): void => void (event.kind === 'step' && stop.abort());
  const stopped = await runRecipe(long, { out: out + '-stopped', signal: stop.signal, onEvent });
  const refused = await runRecipe({ ...recipe, encoder: 'mpl' }).catch(
    (error: unknown) => error instanceof ProblemError && error.problems[0]!.code,
  );
  const checks = await checkPlugin(cubes, { engines: ['portable'] });
  return {
    wrong: problems.map(({ code, path }) => [code, path]), epochs: planned.plan.train.epochs, origin: planned.origin('train.epochs'),
    status: finished.result.status, events: [...events].sort(), embeddings: embeddings.map((one) => one.length),
    scores: [...scores], stopped: stopped.result.status, refused, failed: checks.filter(({ outcome }) => outcome === 'fail').length,
  };
}
const cubes = definePlugin(Loss, {
  name: 'test/cubes', summary: 'Contrastive with cubes.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  needs: { score: 'distance' },
  create: () => ({ perPair: (d, t) => ops.add(ops.mul(t, ops.pow(d, 3)), ops.mul(ops.sub(1, t), ops.pow(ops.relu(ops.sub(1, d)), 3))) }),
});
use(String(process.argv[2])).then((said) => { console.log(JSON.stringify(said)); process.exit(); });
`;
const names = 'checkRecipe, definePlugin, loadModel, Loss, ops, planRecipe, ProblemError, runRecipe';
const imports = `import { ${names}, type RunEvent } from 'siamese';\nimport { checkPlugin } from 'siamese/testkit';\n`;
/** The same without types, by hand as it were. */
const plain = program
  .replace(/^interface.*\n/m, '')
  .replace(/: (Promise<Said>|string|RunEvent|void|unknown)(?=[,) ]| =>| \{)/g, '')
  .replace('<string>', '')
  .replaceAll('[0]!', '[0]');

const strict = {
  target: 'es2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: false,
  types: ['node'],
};
const projects = {
  nodenext: { module: 'nodenext', outDir: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler', outDir: 'bundler' },
};

beforeAll(async () => {
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(packed.toString()) as [{ filename: string }];
  registry = await OfflineRegistry.start(join(folder, filename));
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{ "name": "project", "private": true, "type": "module" }');
  await run('npm install siamese');
  await run('npm install --save-dev typescript @types/node@20');
  writeFileSync(join(home, 'use.ts'), imports + program);
  writeFileSync(join(home, 'common.cts'), imports + program);
  writeFileSync(join(home, 'plain.mjs'), imports.replace(', type RunEvent', '') + plain);
  const required = `const { ${names} } = require('siamese');\nconst { checkPlugin } = require('siamese/testkit');\n`;
  writeFileSync(join(home, 'plain.cjs'), required + plain);
  const dynamic = plain.replace(
    'async function use(out) {',
    `async function use(out) {\n  const { ${names} } = await import('siamese');\n  const { checkPlugin } = await import('siamese/testkit');`,
  );
  const [before, after] = dynamic.split('const cubes = ') as [string, string];
  const [cubes, end] = after.split('\nuse(') as [string, string];
  const inside = before.replace('const checks =', `const cubes = ${cubes}\n  const checks =`);
  writeFileSync(join(home, 'imported.cjs'), `${inside}use(${end}`);
}, 300_000);
afterAll(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

it.each(Object.entries(projects))('TypeScript compiles strictly, %s', { timeout: 300_000 }, async (name, project) => {
  const files = name === 'nodenext' ? ['use.ts', 'common.cts'] : ['use.ts'];
  const compilerOptions = { ...strict, ...project, skipLibCheck: true };
  writeFileSync(join(home, `${name}.json`), JSON.stringify({ compilerOptions, files }));
  expect((await run(`npx tsc -p ${name}.json`)).stdout).toBe('');
});

it('the types of siamese hold by themselves: what is wrong without skipLibCheck is in those of tfjs', {
  timeout: 300_000,
}, async () => {
  const compilerOptions = { ...strict, module: 'nodenext', noEmit: true, skipLibCheck: false };
  writeFileSync(join(home, 'checked.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  const { stdout } = await run('npx tsc -p checked.json || true');
  const files = stdout.split('\n').flatMap((line) => /^(\S+?)\(\d+,\d+\): error/.exec(line)?.[1] ?? []);
  const others = /node_modules\/(@tensorflow|@webgpu|typescript)\//;
  expect(files).not.toEqual([]);
  expect(files.filter((file) => !others.test(file))).toEqual([]);
});

it('wrong use is an error of the compiler', { timeout: 300_000 }, async () => {
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
  const compilerOptions = { ...strict, module: 'nodenext', noEmit: true, skipLibCheck: true };
  writeFileSync(join(home, 'wrong.json'), JSON.stringify({ compilerOptions, files: ['wrong.ts'] }));
  expect((await run('npx tsc -p wrong.json')).stdout).toBe('');
});

/** The running Node, and others where they can be fetched; under CI that they cannot is a failure. */
const nodes = new Map<string, string>([[process.version, process.execPath]]);
for (const version of hasNodeBinaries ? ['20.19.0', '22', '24', '26'] : []) {
  try {
    nodes.set(version, nodeBinary(version));
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.log(`skipped: Node ${version} cannot be fetched (${String(error).split('\n')[0]})`);
  }
}
if (!hasNodeBinaries) console.log('skipped: other versions of Node, whose binaries are fetched on Linux x64 only');

describe.each([...nodes])('on Node %s', (version, binary) => {
  const programs = {
    'TypeScript, modules': 'nodenext/use.js',
    'TypeScript, CommonJS': 'nodenext/common.cjs',
    'JavaScript, import': 'plain.mjs',
    'JavaScript, require': 'plain.cjs',
    'JavaScript, import() in CommonJS': 'imported.cjs',
  };
  it.each(Object.entries(programs))('%s', { timeout: 300_000 }, async (_language, file) => {
    const out = `out-${version}-${file.replace(/\W/g, '-')}`;
    const { stdout, stderr } = await run(`"${binary}" ${file} ${out}`);
    expect(stderr).not.toMatch(/warning|deprecat/i);
    const said = JSON.parse(stdout) as { events: string[] };
    expect(said).toMatchObject({
      wrong: [['OPTION_RANGE', 'loss.margin']],
      epochs: 1,
      origin: '--set train.epochs=1',
      status: 'completed',
      embeddings: [4, 4],
      scores: [0, 0],
      stopped: 'interrupted',
      refused: 'PLUGIN_UNKNOWN',
      failed: 0,
    });
    expect(said.events).toEqual(expect.arrayContaining(['begin', 'epoch', 'folder', 'step']));
    const result = JSON.parse(readFileSync(join(home, out, 'result.json'), 'utf8')) as { engine: { name: string } };
    expect(['native', 'portable']).toContain(result.engine.name);
  });
});
