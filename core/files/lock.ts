import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fail } from '../problem/index.js';
import { failWriting, shown } from './errno.js';
import { makeFolder } from './whole.js';

export interface Lock {
  /** Gives the folder back. Twice is fine. */
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the system's own count: tells a process from a later one of the same number. null: not known. */
  readonly start: string | null;
  readonly since: string;
}

const name = /^\.lock-\d+-[0-9a-f]{8}$/;
const attempts = 6;

/**
 * Takes a folder for this process alone. Each asker writes a file of its own and then looks for others: of two, at least
 * the later sees the earlier, and a file of a process that is gone is removed without a race, since its name is never used
 * again.
 * Errors: OUTPUT naming the process that holds the folder, or why it cannot be written.
 */
export async function lockFolder(path: string): Promise<Lock> {
  await makeFolder(path);
  for (let attempt = 1; ; attempt++) {
    const mine = await announce(path);
    const other = await findOther(path, mine);
    if (other === null) return { release: () => unlink(join(path, mine)).catch(() => {}) };
    await unlink(join(path, mine)).catch(() => {});
    if (attempt === attempts) failHeld(path, other);
    await wait(5 + Math.random() * 20 * attempt); // two askers that saw each other both stepped back
  }
}

function failHeld(path: string, { holder, file }: { readonly holder: Holder; readonly file: string }): never {
  const here = holder.host === hostname();
  const wayOut = here ? `wait for it, or end it` : `if that process is gone, remove ${shown(join(path, file))}`;
  const where = here ? '' : ` on ${holder.host}`;
  return fail('OUTPUT', `${shown(path)} is in use by process ${holder.pid}${where} since ${holder.since}: ${wayOut}`);
}

async function announce(path: string): Promise<string> {
  const mine = `.lock-${process.pid}-${randomBytes(4).toString('hex')}`;
  const start = (await running(process.pid))?.start ?? null;
  const holder: Holder = { pid: process.pid, host: hostname(), start, since: new Date().toISOString() };
  try {
    await writeFile(join(path, `${mine}.tmp`), JSON.stringify(holder), { flag: 'wx' });
    await rename(join(path, `${mine}.tmp`), join(path, mine)); // so that nobody reads half of it
  } catch (error) {
    await unlink(join(path, `${mine}.tmp`)).catch(() => {});
    failWriting(path, error);
  }
  return mine;
}

async function findOther(path: string, mine: string): Promise<{ holder: Holder; file: string } | null> {
  for (const file of (await readdir(path)).sort()) {
    if (!name.test(file) || file === mine) continue;
    const holder = await read(join(path, file));
    if (holder !== null && (await alive(holder))) return { holder, file };
    await unlink(join(path, file)).catch(() => {});
  }
  return null;
}

/** null: released meanwhile, or damaged, which only a crash of the whole machine does to a renamed file. */
async function read(file: string): Promise<Holder | null> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as Partial<Holder> | null;
    if (typeof value?.pid !== 'number' || typeof value.host !== 'string') return null;
    return { pid: value.pid, host: value.host, start: value.start ?? null, since: String(value.since) };
  } catch {
    return null;
  }
}

async function alive(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true; // it cannot be asked from here: the message tells the way out
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = await running(holder.pid);
  if (now === null) return true;
  return !now.ended && (holder.start === null || now.start === holder.start);
}

/**
 * A process by /proc/PID/stat, counted behind the program's name, which may hold spaces and brackets: its state (Z: it
 * ended and waits for its parent) and, in field 22, its start. null where the system has no /proc.
 */
async function running(pid: number): Promise<{ ended: boolean; start: string | null } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields === undefined ? null : { ended: fields[0] === 'Z' || fields[0] === 'X', start: fields[19] ?? null };
}
