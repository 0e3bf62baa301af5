import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode, failWriting } from './errno.js';

interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** The holder touches its folder this often; one untouched for `abandonedAfter` is dead, on whatever machine it ran. */
const touchEvery = 2_000;
const abandonedAfter = 30_000;

/**
 * Runs `work` while holding the folder `path` (mkdir is atomic), after any other holder has finished; `waiting` is told once
 * for whom. Unlike `lockFolder` it waits, and a holder that was killed loses its turn even where it cannot be asked (another
 * machine, or another container over the same cache). So it guards work that is merely wasted when done twice.
 * Errors: OUTPUT, and what `work` throws.
 */
export async function inTurn<T>(path: string, waiting: (pid: number) => void, work: () => Promise<T>): Promise<T> {
  await hold(path, waiting).catch((error: unknown) => failWriting(path, error));
  const touching = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), touchEvery);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    if ((await readHolder(path))?.pid === process.pid) await rm(path, { recursive: true, force: true });
  }
}

async function hold(path: string, waiting: (pid: number) => void): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  while (!(await take(path))) {
    const holder = await readHolder(path);
    if (await abandoned(path, holder)) {
      await takeAway(path);
      continue;
    }
    if (!told && holder !== null) {
      told = true;
      waiting(holder.pid);
    }
    await wait(100);
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  await writeFile(join(path, 'holder.json'), JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder));
  return true;
}

/** null: just released, or just taken and not yet signed. */
async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(join(path, 'holder.json'), 'utf8')) as Holder;
  } catch {
    return null;
  }
}

async function abandoned(path: string, holder: Holder | null): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null) return false;
  if (Date.now() - found.mtimeMs > abandonedAfter) return true;
  return holder !== null && holder.host === hostname() && !runs(holder.pid);
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/** Renamed first: of two that find it abandoned, the second finds nothing to rename. */
async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await rename(path, aside).catch(() => {});
  await rm(aside, { recursive: true, force: true });
}
