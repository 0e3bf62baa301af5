/**
 * Makes a fresh clone ready, and does nothing where it is: dependencies, build, native engine.
 *   node setup.mjs                          set-up alone
 *   node setup.mjs start [RECIPE] [FLAGS]   set-up, then `siamese run RECIPE FLAGS`
 *   node setup.mjs test [VITEST ARGUMENTS]  set-up, then lint, types and all tests; the last line counts them
 *   node setup.mjs build                    the build alone: npm runs it before it packs or publishes
 * Plain JavaScript, since nothing is built yet. What it says goes to stderr: stdout is the run's.
 * Of several at once one works, the others wait for it and find nothing left to do.
 * SIAMESE_REQUIRE_NATIVE=1 makes it fail where the native engine cannot be built; otherwise it goes on with one line.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const at = (...parts) => join(root, ...parts);
const say = (line) => process.stderr.write(`setup: ${line}\n`);
const defaultRecipe = 'recipes/mnist-contrastive.yaml';

class Stop extends Error {}

async function prepare() {
  requireNode();
  if (!hasDependencies() || !isBuilt()) {
    await inTurn(async () => {
      await installDependencies();
      await build();
    });
  }
  await installEngine(); // it has a lock of its own, beside the cache
}

/** Lets one process at a time install and build here. */
async function inTurn(work) {
  const release = await takeTurn();
  process.once('exit', release);
  try {
    await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/**
 * Each asker writes a file of its own and then looks for others: of two, at least the later sees the earlier, steps back
 * and asks again. The file of a process that is gone is taken away without a race: its name is never used again.
 */
async function takeTurn() {
  for (let told = false; ; ) {
    const mine = `.setup-${process.pid}-${randomBytes(4).toString('hex')}`;
    writeFileSync(at(`${mine}.new`), startOf(process.pid) ?? '');
    renameSync(at(`${mine}.new`), at(mine)); // so that nobody reads half of it
    const other = otherAtWork(mine);
    if (other === null) return () => rmSync(at(mine), { force: true });
    rmSync(at(mine), { force: true });
    if (!told) say(`process ${other} is at it here already: waiting for it`);
    told = true;
    await wait(100 + 200 * Math.random());
  }
}

/** Its process, or null. */
function otherAtWork(mine) {
  for (const file of readdirSync(root)) {
    const [, pid] = /^\.setup-(\d+)-[0-9a-f]{8}(?:\.new)?$/.exec(file) ?? [];
    if (!pid || file === mine) continue;
    if (isRunning(Number(pid), file)) return pid;
    rmSync(at(file), { force: true });
  }
  return null;
}

/** Whether that process still runs, and is the one that wrote the file, not a later one of the same number. */
function isRunning(pid, file) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  if (now === 'ended') return false;
  if (now === null || file.endsWith('.new')) return true;
  try {
    const then = readFileSync(at(file), 'utf8');
    return then === '' || then === now;
  } catch {
    return false; // taken away meanwhile
  }
}

/** When a process started, by /proc (field 22, counted behind the program's name); `ended` for one that only waits for its parent. */
function startOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19];
  } catch {
    return null;
  }
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Stop(`Node ${process.versions.node} is too old: 20.19 or newer is needed (https://nodejs.org)`);
}

const lockStamp = at('node_modules', '.siamese-lock');
const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
const hasDependencies = () => existsSync(lockStamp) && readFileSync(lockStamp, 'utf8') === lockHash();

async function installDependencies() {
  if (hasDependencies()) return;
  const hash = lockHash();
  if (!sameAsInstalled(JSON.parse(readFileSync(at('package-lock.json'), 'utf8')))) {
    say('installing the dependencies (npm ci), about half a minute');
    await quietly('npm ci', npm(['ci', '--include=dev', '--no-audit', '--no-fund']));
  }
  writeFileSync(lockStamp, hash);
}

/** Whether npm itself was run here with this lock: its record of what it installed agrees, but for optional packages. */
function sameAsInstalled(lock) {
  const record = at('node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== '');
  const right = ([path, entry]) => (installed[path] ? installed[path].integrity === entry.integrity : entry.optional);
  return wanted.every(right) && Object.keys(installed).every((path) => lock.packages[path]);
}

function npm(args) {
  const script = process.env.npm_execpath; // inside `npm start`: the npm that runs it
  if (script?.endsWith('.js')) return [process.execPath, [script, ...args], {}];
  return ['npm', args, { shell: process.platform === 'win32' }];
}

const buildStamp = at('dist', '.stamp');

/** What the build is made of, as a digest, and the types that it makes. */
function buildOf() {
  const isSource = (path) => path.endsWith('.ts') && !path.startsWith(join('core', 'cli', 'new', 'templates'));
  const sources = ['core', 'plugins'].flatMap((folder) => filesUnder(folder)).filter(isSource);
  const scripts = [join('core', 'bundle.mjs'), 'tsconfig.json', 'package.json', 'package-lock.json'];
  const hash = createHash('sha256');
  for (const path of [...sources, ...filesUnder('schemas'), ...scripts]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(at(path)))
      .update('\0');
  }
  const types = sources.filter((path) => !path.endsWith('.d.ts')).map((path) => path.replace(/\.ts$/, '.d.ts'));
  return { digest: hash.digest('hex'), types: new Set(types) };
}

/** The stamp: what was built of which sources. Everything of it must still be there. */
function isBuilt() {
  if (!existsSync(buildStamp)) return false;
  const [digest, ...made] = readFileSync(buildStamp, 'utf8').split('\n');
  return digest === buildOf().digest && made.every((path) => existsSync(at(path)));
}

async function build() {
  if (isBuilt()) return;
  const { digest, types } = buildOf();
  const whole = [...types].every((path) => existsSync(at('dist', path)));
  say('building');
  rmSync(buildStamp, { force: true });
  const force = whole ? [] : ['--force']; // tsc looks at its notes, not at the files
  await quietly('tsc -b', [process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-b', ...force], {}]);
  removeStale(types);
  for (const script of ['core/bundle.mjs', 'schemas/write-validators.mjs']) {
    await quietly(script, [process.execPath, [at(script)], {}]);
  }
  writeFileSync(buildStamp, [digest, ...filesUnder('dist')].join('\n'));
}

/** Of what is installed; a package without its build would be of no use to anybody. */
async function buildForNpm() {
  if (!existsSync(at('node_modules', 'typescript'))) throw new Stop('the build needs the dependencies: npm ci');
  await inTurn(build);
}

function filesUnder(folder) {
  if (!existsSync(at(folder))) return [];
  const entries = readdirSync(at(folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)).sort();
}

/** The types of a source that is gone would still be found. */
function removeStale(types) {
  for (const path of filesUnder('dist')) {
    if (path.endsWith('.d.ts') && !types.has(path.slice('dist/'.length))) rmSync(at(path));
  }
}

async function installEngine() {
  const required = process.env.SIAMESE_REQUIRE_NATIVE === '1';
  if (process.env.SIAMESE_ENGINE === 'portable' && !required) return;
  const { installNative } = await import(pathToFileURL(at('dist', 'core', 'engine', 'install.js')).href);
  const progress = progressLine();
  try {
    await installNative(progress.show);
    progress.end();
  } catch (error) {
    progress.end();
    if (!Array.isArray(error.problems)) throw error;
    const why = error.problems.map((one) => one.message + (one.hint ? `. ${one.hint}` : '')).join('; ');
    if (required) throw new Stop(`${why} (SIAMESE_REQUIRE_NATIVE=1)`);
    say(`going on with the portable engine, which is slower: ${why}`);
  }
}

/** One line that grows on a terminal, a line per stage elsewhere. */
function progressLine() {
  let last = '';
  const show = (message, fraction) => {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[Ksetup: native engine: ${message} ${Math.round(100 * fraction)}%`);
    } else if (message !== last) {
      say(`native engine: ${message}`);
    }
    last = message;
  };
  return { show, end: () => void (last !== '' && process.stderr.isTTY && process.stderr.write('\n')) };
}

/** Runs a program and shows what it wrote only where it fails. */
async function quietly(name, [program, args, options]) {
  const chunks = [];
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  const status = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (status === 0) return;
  process.stderr.write(Buffer.concat(chunks));
  throw new Stop(`${name} failed (${status})`);
}

/** The command line runs in this very process, so that its exit status and every signal are its own. */
async function start(args) {
  await prepare();
  mergeSignals();
  const named = args.some((arg) => /\.ya?ml$/.test(arg) || arg === '--resume' || arg === '--help');
  const main = at('dist', 'core', 'cli', 'main.js');
  process.argv = [process.execPath, main, 'run', ...(named ? args : [defaultRecipe, ...args])];
  await import(pathToFileURL(main).href);
}

/**
 * npm passes Ctrl-C on to its script, which the terminal has interrupted already: two signals at once are one. (The second
 * one would mean: stop now, without a checkpoint.)
 */
function mergeSignals() {
  const emit = process.emit;
  let last = Number.NEGATIVE_INFINITY;
  process.emit = function (event, ...args) {
    if (event !== 'SIGINT' && event !== 'SIGTERM') return emit.call(this, event, ...args);
    const before = last;
    last = performance.now();
    return last - before < 300 ? true : emit.call(this, event, ...args);
  };
}

async function test(args) {
  const { runTests } = await import(pathToFileURL(at('test', 'all.mjs')).href);
  process.exitCode = await runTests({ root, prepare, args });
}

const [verb = '', ...rest] = process.argv.slice(2);
const verbs = { '': prepare, start: () => start(rest), test: () => test(rest), build: buildForNpm };
if (verbs[verb]) {
  await verbs[verb]().catch((error) => {
    if (!(error instanceof Stop)) throw error;
    say(error.message);
    process.exitCode = 1;
  });
} else {
  say(`no verb is called "${verb}"; there are: start, test, build, and none for the set-up alone`);
  process.exitCode = 2;
}
