import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorCode, failWriting, type Lock, lockFolder, makeFolder, recoverFolder } from '../files/index.js';
import { fail } from '../problem/index.js';

/** Names inside a run folder. */
export const inRun = {
  recipe: 'recipe.yaml',
  plan: 'plan.json',
  ledger: 'ledger.json',
  metrics: 'metrics.jsonl',
  checkpoints: 'checkpoints',
  model: 'model',
  evaluation: 'evaluation.json',
  result: 'result.json',
  report: 'report.html',
} as const;

export interface RunFolder {
  readonly path: string;
  readonly id: string;
  at(name: keyof typeof inRun): string;
  release(): Promise<void>;
}

/**
 * Makes and locks the folder of a new run: `out` itself, else `runs/<name>/<id>` under the working folder, the id being the
 * time. Errors: OUTPUT when it cannot be written, is in use, or holds a run already.
 */
export async function createRunFolder(name: string, out: string | null): Promise<RunFolder> {
  const path = resolve(out ?? (await freshFolder(name)));
  if (existsSync(path) && !statSync(path).isDirectory())
    fail('OUTPUT', `${path} is a file: --out names the folder of the run`);
  requireEmpty(path);
  const folder = await locked(path);
  try {
    requireEmpty(path); // another run may have begun and ended before this one had the lock
    return folder;
  } catch (error) {
    await folder.release();
    throw error;
  }
}

function requireEmpty(path: string): void {
  const taken = existsSync(path) ? readdirSync(path).filter((entry) => !isLeftover(entry)) : [];
  if (taken.length === 0) return;
  const some = taken.slice(0, 3).join(', ');
  fail('OUTPUT', `the folder ${path} is not empty (${some}): give --out a new one, or remove it`);
}

/**
 * Locks the folder of a run that is gone on with, and cleans up what a crash left half done.
 * Errors: OUTPUT when it is in use or cannot be written.
 */
export async function openRunFolder(folder: string): Promise<RunFolder> {
  const opened = await locked(resolve(folder));
  try {
    await recoverFolder(opened.path);
    if (existsSync(opened.at('checkpoints'))) await recoverFolder(opened.at('checkpoints'));
    return opened;
  } catch (error) {
    await opened.release();
    throw error;
  }
}

async function locked(path: string): Promise<RunFolder> {
  const lock: Lock = await lockFolder(path);
  return {
    path,
    id: path.split(/[\\/]/).at(-1)!,
    at: (file) => join(path, inRun[file]),
    release: () => lock.release(),
  };
}

/** A lock, or what a run that was killed before its first file left. */
const isLeftover = (entry: string): boolean => entry.startsWith('.lock-') || /^\.plan\.json\..*\.tmp$/.test(entry);

/** Made here, so that of runs that begin in the same second each has its own. */
async function freshFolder(name: string): Promise<string> {
  const id = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const all = join('runs', name);
  await makeFolder(all);
  for (let n = 1; ; n++) {
    const path = join(all, n === 1 ? id : `${id}-${n}`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') failWriting(path, error);
    }
  }
}
