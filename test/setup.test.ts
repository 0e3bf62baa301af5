import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A project as small as can be: its npm and its compiler only note that they were called. */
let root = '';
const at = (path: string): string => join(root, path);
function put(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text, { mode: 0o755 });
}
const lock = (version: string): string =>
  JSON.stringify({ packages: { '': {}, 'node_modules/a': { integrity: version } } });
const installer = `
  import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs';
  console.log('npm says a lot');
  mkdirSync('node_modules/typescript/bin', { recursive: true });
  copyFileSync('compiler.cjs', 'node_modules/typescript/bin/tsc');
  appendFileSync('calls', 'npm ' + process.argv[2] + ';');`;
const modules = "['core/engine/install', 'core/cli/main']";
const compiler = `
  const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require('node:fs');
  appendFileSync('calls', 'tsc ' + process.argv[2] + ';');
  for (const folder of ['core/engine', 'core/cli']) mkdirSync('dist/' + folder, { recursive: true });
  for (const name of ${modules}) if (existsSync(name + '.ts')) writeFileSync('dist/' + name + '.d.ts', '');`;
const bundler = `
  import { appendFileSync, copyFileSync, existsSync } from 'node:fs';
  appendFileSync('calls', 'bundle;');
  for (const name of ${modules}) if (existsSync(name + '.ts')) copyFileSync(name + '.ts', 'dist/' + name + '.js');`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'siamese-setup-'));
  for (const file of ['setup.mjs', 'test/all.mjs']) {
    put(file, readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), 'utf8'));
  }
  put('package.json', '{ "type": "module" }');
  put('node_modules/package.json', '{ "type": "commonjs" }');
  put('package-lock.json', lock('1'));
  put('tsconfig.json', '{}');
  put('npm.js', installer);
  put('compiler.cjs', compiler);
  put('core/bundle.mjs', bundler);
  put(
    'schemas/write-validators.mjs',
    `import { appendFileSync } from 'node:fs'; appendFileSync('calls', 'validators;');`,
  );
  put('core/engine/install.ts', `export const installNative = async (report) => report('at work', 0.5);`);
  put('core/cli/main.ts', 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const environment = (extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const { SIAMESE_REQUIRE_NATIVE: _, SIAMESE_ENGINE: __, ...inherited } = process.env;
  return { ...inherited, npm_execpath: at('npm.js'), ...extra };
};
function setup(args: readonly string[] = [], extra: Readonly<Record<string, string>> = {}) {
  rmSync(at('calls'), { force: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, ['setup.mjs', ...args], {
    cwd: root,
    env: environment(extra),
    encoding: 'utf8',
  });
  const calls = existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').split(';').slice(0, -1) : [];
  return { status, stdout, stderr, calls };
}

/** One that runs beside others; what they call is noted by all of them. */
async function spawned(): Promise<{ status: number; stderr: string }> {
  const child = spawn(process.execPath, ['setup.mjs'], {
    cwd: root,
    env: environment({}),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const [status] = (await once(child, 'close')) as [number];
  return { status, stderr };
}
const leftLocks = (): string[] => readdirSync(root).filter((name) => name.startsWith('.setup-'));

describe('setup.mjs', () => {
  it('installs, builds and asks for the engine once; then there is nothing to do', () => {
    const first = setup();
    expect(first.calls).toEqual(['npm ci', 'tsc -b', 'bundle', 'validators']);
    expect(first).toMatchObject({ status: 0, stdout: '' });
    expect(first.stderr).toBe(
      'setup: installing the dependencies (npm ci), about half a minute\nsetup: building\nsetup: native engine: at work\n',
    );
    expect(setup().calls).toEqual([]);
  });
  it('installs again when the lock has changed, but not where npm itself was run with it', () => {
    setup();
    put('package-lock.json', lock('2'));
    expect(setup().calls).toEqual(['npm ci', 'tsc -b', 'bundle', 'validators']);
    put('package-lock.json', lock('3'));
    put('node_modules/.package-lock.json', lock('3'));
    expect(setup().calls).toEqual(['tsc -b', 'bundle', 'validators']);
    put('package-lock.json', lock('4'));
    expect(setup().calls).toEqual(['npm ci', 'tsc -b', 'bundle', 'validators']);
  });
  it('builds again when a source has changed or something built is gone, and takes away what is stale', () => {
    setup();
    put('core/cli/main.ts', 'console.log(2);');
    put('dist/core/old.d.ts', '');
    expect(setup().calls).toEqual(['tsc -b', 'bundle', 'validators']);
    expect(existsSync(at('dist/core/old.d.ts'))).toBe(false);
    rmSync(at('dist/core/cli/main.js'));
    expect(setup().calls).toEqual(['tsc -b', 'bundle', 'validators']);
    expect(existsSync(at('dist/core/cli/main.js'))).toBe(true);
  });
  it('of three at once one works, the others wait and find nothing left to do', async () => {
    // Each tool refuses to run beside another: it would damage what the other makes.
    const alone = `
      const fs = require('node:fs');
      if (fs.existsSync('busy')) { fs.appendFileSync('calls', 'TWO AT ONCE;'); process.exit(9); }
      fs.writeFileSync('busy', '');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
      fs.rmSync('busy');`;
    put(
      'npm.js',
      `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);${alone}${installer}`,
    );
    put('compiler.cjs', `{${alone}}${compiler}`);
    const ended = await Promise.all([0, 1, 2].map(() => spawned()));
    expect(ended.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(readFileSync(at('calls'), 'utf8')).toBe('npm ci;tsc -b;bundle;validators;');
    expect(ended.filter(({ stderr }) => /process \d+ is at it here already: waiting for it/.test(stderr))).toHaveLength(
      2,
    );
    expect(leftLocks()).toEqual([]);
  });
  it('takes away what a set-up left that was killed, also where its number was given to another process', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']); // gone by now
    put(`.setup-${pid}-00000000`, '');
    put(`.setup-${pid}-00000001.new`, '');
    put(`.setup-${process.pid}-00000002`, '1'); // this process started later than that
    const { status, calls, stderr } = setup();
    expect([status, calls]).toEqual([0, ['npm ci', 'tsc -b', 'bundle', 'validators']]);
    expect(stderr).not.toContain('waiting');
    expect(leftLocks()).toEqual([]);
  });
  it('killed amid its work, is taken up by the next', async () => {
    put('npm.js', 'process.stdout.write("npm"); setInterval(() => {}, 1000);');
    const child = spawn(process.execPath, ['setup.mjs'], { cwd: root, env: environment({}), detached: true });
    child.stderr.once('data', () => setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 200));
    await once(child, 'close');
    expect(leftLocks()).toHaveLength(1);
    put('npm.js', installer);
    expect(setup()).toMatchObject({ status: 0, calls: ['npm ci', 'tsc -b', 'bundle', 'validators'] });
    expect(leftLocks()).toEqual([]);
  });
  it('shows what npm wrote where it fails, and stops', () => {
    put('npm.js', `console.log('npm says why'); process.exit(3);`);
    expect(setup()).toMatchObject({ status: 1, stdout: '', calls: [] });
    expect(setup().stderr).toContain('npm says why\nsetup: npm ci failed (3)\n');
  });
  it('goes on with one line where the native engine cannot be built, and fails where it is required', () => {
    const problems = `[{ message: 'g++ is not installed', hint: 'Install it' }]`;
    put(
      'core/engine/install.ts',
      `export const installNative = async () => { throw Object.assign(new Error(), { problems: ${problems} }); };`,
    );
    const going = setup();
    expect(going.status).toBe(0);
    expect(going.stderr.split('\n').at(-2)).toBe(
      'setup: going on with the portable engine, which is slower: g++ is not installed. Install it',
    );
    const required = setup([], { SIAMESE_REQUIRE_NATIVE: '1' });
    expect(required.status).toBe(1);
    expect(required.stderr).toBe('setup: g++ is not installed. Install it (SIAMESE_REQUIRE_NATIVE=1)\n');
  });
  it('leaves the native engine alone for one who chose the portable one', () => {
    setup();
    expect(setup([], { SIAMESE_ENGINE: 'portable' }).stderr).toBe('');
  });
  it('refuses a verb that it does not have', () => {
    expect(setup(['strat'])).toMatchObject({ status: 2, calls: [] });
  });
});

describe('setup.mjs start', () => {
  const argsOf = (...args: string[]): unknown => {
    const { stdout, status } = setup(['start', ...args]);
    expect(status).toBe(7); // the command line's own
    return JSON.parse(stdout);
  };
  it('runs the default recipe, or another, with the flags that follow', () => {
    expect(argsOf()).toEqual(['run', 'recipes/mnist-contrastive.yaml']);
    expect(argsOf('--json')).toEqual(['run', 'recipes/mnist-contrastive.yaml', '--json']);
    expect(argsOf('other.yaml', '--set', 'seed=1')).toEqual(['run', 'other.yaml', '--set', 'seed=1']);
    expect(argsOf('--resume', 'runs/a')).toEqual(['run', '--resume', 'runs/a']);
  });
  it('gives a Ctrl-C that npm passes on a second time to the run once, and a later one again', async () => {
    put(
      'core/cli/main.ts',
      `let count = 0;
       process.on('SIGINT', () => {
         console.log('interrupted');
         if (++count === 2) process.exit(130);
         process.kill(process.pid, 'SIGINT'); // what npm does
         setTimeout(() => console.log('alone'), 200);
         setTimeout(() => process.kill(process.pid, 'SIGINT'), 600);
       });
       setInterval(() => {}, 1000);
       console.log('running');`,
    );
    setup();
    const child = spawn(process.execPath, ['setup.mjs', 'start'], {
      cwd: root,
      env: environment({}),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      if (text === 'running\n') child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    expect(text).toBe('running\ninterrupted\nalone\ninterrupted\n');
    expect(code).toBe(130);
  });
});

describe('setup.mjs test', () => {
  const program = (status: number): string => `process.exitCode = ${status};`;
  const vitest = (counts: string, status: number): string =>
    `import { writeFileSync } from 'node:fs';
     console.log('vitest ' + process.argv.slice(-1));
     if ('${counts}') writeFileSync(process.env.SIAMESE_TEST_COUNTS, '${counts}');
     process.exitCode = ${status};`;
  const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);
  function project(lint: number, tests: string): void {
    setup();
    put('node_modules/@biomejs/biome/bin/biome', program(lint));
    put('node_modules/vitest/vitest.mjs', tests);
  }

  it('counts set-up, lint, types and tests in the last line', () => {
    project(0, vitest('{"passed":5,"failed":0,"skipped":2}', 0));
    const { status, stdout, calls } = setup(['test', 'one.test.ts']);
    expect(calls).toEqual(['tsc -b']);
    expect(stdout).toBe('vitest one.test.ts\n8 passed, 0 failed, 2 skipped\n');
    expect(status).toBe(0);
  });
  it('counts what fails, and fails, but goes on to the end', () => {
    project(1, vitest('{"passed":5,"failed":3,"skipped":0}', 1));
    const { status, stdout } = setup(['test']);
    expect([status, lastLine(stdout)]).toEqual([1, '7 passed, 4 failed, 0 skipped']);
  });
  it('counts as one failure that the tests ended before they could be counted, or failed otherwise', () => {
    project(0, vitest('', 1));
    expect(lastLine(setup(['test']).stdout)).toBe('3 passed, 1 failed, 0 skipped');
    project(0, vitest('{"passed":5,"failed":0,"skipped":0}', 1));
    expect(lastLine(setup(['test']).stdout)).toBe('8 passed, 1 failed, 0 skipped');
  });
  it('runs nothing where the set-up fails', () => {
    put('npm.js', 'process.exit(3)');
    const { status, stdout, stderr } = setup(['test']);
    expect([status, stdout]).toEqual([1, '0 passed, 1 failed, 0 skipped\n']);
    expect(stderr).toContain('npm ci failed (3)');
  });
});
