import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failWriting } from '../files/errno.js';
import { ProblemError, problem } from '../problem/index.js';
import { inRun } from '../run/folder.js';
import { runDifferences } from '../run/identical.js';
import { readJson } from '../run/model.js';
import type { RunResult } from '../run/result.js';
import { stopSteps } from '../run/stop-steps.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { planOrExplain, type RecipeOptions } from './plan-recipe.js';
import { interruptible } from './signals.js';
import { err, out } from './terminal.js';

interface Options extends RecipeOptions {
  readonly stops: number;
  readonly json?: boolean;
}

/**
 * Trains the recipe straight, and again with stops, each going on in a process of its own, so that nothing is remembered
 * but what the run folder holds. Status 0 where both leave the same bytes.
 */
export async function verifyResume(cli: Cli, file: string, options: Options): Promise<number> {
  await planOrExplain(cli, file, options); // a mistake is told once, not by each run
  const folder = await mkdtemp(join(tmpdir(), 'siamese-resume-')).catch((error) => failWriting(tmpdir(), error));
  try {
    return await interruptible((signal) => verify({ file, folder, options, signal }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Verifying {
  readonly file: string;
  readonly folder: string;
  readonly options: Options;
  readonly signal: AbortSignal;
}

async function verify({ file, folder, options, signal }: Verifying): Promise<number> {
  const [straight, stopped] = [join(folder, 'straight'), join(folder, 'stopped')];
  const asked = [
    ...(options.set ?? []).flatMap((text) => ['--set', text]),
    ...(options.engine ? ['--engine', options.engine] : []),
  ];
  err('running straight');
  await siamese(['run', file, ...asked, '--out', straight], signal);
  const { training } = (await readJson(join(straight, inRun.result))) as RunResult;
  const steps = stopSteps(training, options.stops);
  for (const [i, step] of steps.entries()) {
    err(`stopping after step ${step} of ${training.steps}`);
    const begin = i === 0 ? ['run', file, ...asked, '--out', stopped] : ['run', '--resume', stopped];
    await siamese([...begin, '--stop-at', String(step)], signal, status.interrupted);
  }
  err('going on to the end');
  await siamese(['run', '--resume', stopped], signal);
  const found = await runDifferences(straight, stopped);
  if (options.json)
    out(JSON.stringify({ identical: found.length === 0, steps: training.steps, stops: steps, differences: found }, null, 2)); // biome-ignore format: one line
  else if (found.length > 0) out([`the runs differ after stops at ${steps.join(', ')}:`, ...found].join('\n'));
  else out(`identical: ${training.steps} steps straight, and with stops after ${steps.join(', ')}`);
  return found.length === 0 ? status.good : status.problem;
}

/** Runs this command line in a process of its own. Errors: what it said, where it ends otherwise than expected. */
function siamese(args: readonly string[], signal: AbortSignal, expected: number = status.good): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  return new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason);
      else if (code === expected) resolve();
      else reject(endedWith(code, args, said));
    });
  });
}

function endedWith(code: number | null, args: readonly string[], said: string): ProblemError {
  return new ProblemError(
    problem('RUN_FOLDER', `siamese ${args.join(' ')} ended with status ${code}`, { hint: said.trim() }),
  );
}
