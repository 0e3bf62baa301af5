import { dirname, join } from 'node:path';
import { inTurn, recoverFolder, writeFolderWhole } from '../files/index.js';
import { fail, ProblemError } from '../problem/index.js';
import { build, type Progress } from './build.js';
import { type Depth, inspect } from './cache.js';
import { nativeStatus } from './status.js';

export type { Progress };
export interface Installed {
  readonly folder: string;
  /** false: it was there and sound, nothing was done or downloaded. */
  readonly built: boolean;
}

const portable = 'Use `--engine portable`';
const elsewhere = 'SIAMESE_CACHE names another folder for it';

/**
 * Makes sure that there is a sound native engine: an installed tfjs-node, or one in the cache folder, which is built where it
 * is absent or damaged. `full` reads every byte of what is there. A second process meanwhile waits for the first.
 * Errors: ENGINE, saying what the machine lacks.
 */
export async function installNative(report: Progress, depth: Depth = 'quick'): Promise<Installed> {
  const { folder, state, reason } = await nativeStatus(depth);
  if (state === 'ready') return { folder, built: false };
  if (state === 'unsupported') fail('ENGINE', `the native engine cannot be built: ${reason}`, { hint: portable });
  return ensureEngine(folder, { depth, report, build });
}

interface Request {
  readonly depth: Depth;
  readonly report: Progress;
  readonly build: (folder: string, report: Progress) => Promise<void>;
}

/** `installNative` for one folder and one way to build. */
export async function ensureEngine(folder: string, request: Request): Promise<Installed> {
  const waiting = (pid: number): void =>
    request.report(`waiting for process ${pid}, which builds the native engine`, 0);
  try {
    return await inTurn(join(dirname(folder), 'lock'), waiting, () => replace(folder, request));
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problems.every((one) => one.code !== 'OUTPUT')) throw error;
    const why = error.problems.map((one) => one.message).join('; ');
    return fail('ENGINE', `the native engine cannot be built: ${why}`, { hint: elsewhere });
  }
}

async function replace(folder: string, { depth, report, build }: Request): Promise<Installed> {
  const found = await inspect(folder, depth); // another process may have built it while this one waited
  if (found.state === 'ready') return { folder, built: false };
  if (found.state === 'damaged') report(`the native engine is damaged (${found.reason}): building it anew`, 0);
  await recoverFolder(dirname(folder)); // what a build that was killed has left
  await writeFolderWhole(folder, (beside) => build(beside, report));
  report('the native engine is ready', 1);
  return { folder, built: true };
}
