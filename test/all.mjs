/** `npm test`: lint, types and tests in order, each shown as it runs. The last line of stdout counts them all. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Returns the exit status: 0 where nothing failed, 130 where it was interrupted. `prepare` is the set-up; where that fails
 * nothing else is run.
 */
export async function runTests({ root, prepare, args }) {
  const session = { root, counts: { passed: 0, failed: 0, skipped: 0 }, interrupted: false };
  const ready = await check(session, 'set-up', () => succeeds(prepare));
  if (ready) {
    const program =
      (...parts) =>
      () =>
        run(session, [join(root, 'node_modules', parts[0]), ...parts.slice(1)]);
    await check(session, 'lint', program('@biomejs/biome/bin/biome', 'ci', '.'));
    await check(session, 'types', program('typescript/bin/tsc', '-b', 'test'));
    if (!session.interrupted) await runVitest(session, args);
  }
  const { passed, failed, skipped } = session.counts;
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  if (session.interrupted) return 130;
  return failed === 0 ? 0 : 1;
}

async function check(session, name, work) {
  if (session.interrupted) return false;
  const right = await work();
  session.counts[right ? 'passed' : 'failed']++;
  process.stderr.write(`test: ${name} ${right ? 'passed' : 'failed'}\n`);
  return right;
}

async function succeeds(work) {
  try {
    await work();
    return true;
  } catch (error) {
    process.stderr.write(`setup: ${error.message}\n`);
    return false;
  }
}

/** The reporter leaves its counts in a file, so that this program has the last line. */
async function runVitest(session, args) {
  const folder = mkdtempSync(join(tmpdir(), 'siamese-test-'));
  const file = join(folder, 'counts.json');
  const vitest = [join(session.root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--reporter=default'];
  const right = await run(session, [...vitest, '--reporter=./test/reporter.ts', ...args], {
    SIAMESE_TEST_COUNTS: file,
  });
  const found = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0, skipped: 0 };
  for (const key of ['passed', 'failed', 'skipped']) session.counts[key] += found[key];
  if (!right && found.failed === 0) session.counts.failed++; // it ended before it could count, or for no test's reason
  rmSync(folder, { recursive: true, force: true });
}

/** Runs a program to its end; whether it succeeded. A signal is passed on to it, and ends the session. */
function run(session, args, env = {}) {
  const child = spawn(process.execPath, args, { cwd: session.root, stdio: 'inherit', env: { ...process.env, ...env } });
  const pass = (signal) => {
    session.interrupted = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, pass);
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  }).finally(() => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, pass);
  });
}
