import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode, failWriting } from './errno.js';

/** Parts are written one after another, so that large arrays need no joint copy. */
export type FileData = string | Uint8Array | readonly Uint8Array[];

/**
 * Writes a file whole or not at all: beside it under a unique name, synced, renamed. Missing folders are made, a link is
 * followed, a device or pipe is written directly.
 * Errors: OUTPUT.
 */
export async function writeWhole(path: string, data: FileData): Promise<void> {
  try {
    await makeFolders(dirname(resolve(path)));
    const { target, replaceable } = await landing(path);
    if (!replaceable) return await fill(target, data, 'w');
    const beside = besideName(target, 'tmp');
    try {
      await fill(beside, data, 'wx');
      await rename(beside, target);
    } catch (error) {
      await unlink(beside).catch(() => {}); // the first error is the one to tell
      throw error;
    }
    await syncFolder(dirname(target));
  } catch (error) {
    failWriting(path, error);
  }
}

/** Writes JSON, two spaces, a newline at the end. NaN and infinities become null. Errors: OUTPUT. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value, null, 2) as string | undefined;
  if (text === undefined) throw new Error(`${basename(path)}: the value has no JSON form`);
  await writeWhole(path, `${text}\n`);
}

/**
 * Makes a whole folder appear at once: `beside` is filled, then renamed. A folder that stands there already is replaced;
 * after a crash between the two renames `recoverFolder` gives it back.
 * Errors: OUTPUT, and whatever `fill` throws; nothing is left then.
 */
export async function writeFolderWhole(path: string, fill: (beside: string) => Promise<void>): Promise<void> {
  const target = resolve(path);
  const beside = besideName(target, 'tmp');
  try {
    await makeFolder(beside);
    await fill(beside);
    await syncFolder(beside);
    await replaceFolder(beside, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => {});
    failWriting(path, error);
  }
}

/** Makes a folder and those above it. Errors: OUTPUT. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeFolders(resolve(path));
  } catch (error) {
    failWriting(path, error);
  }
}

/** Node's own recursive mkdir never returns where a parent exists and refuses with ENOENT, as below /proc. */
async function makeFolders(path: string): Promise<void> {
  const parent = dirname(path);
  const exists = async (one: string): Promise<boolean> => (await stat(one).catch(() => null))?.isDirectory() ?? false;
  if (await exists(path)) return;
  if (parent !== path && !(await exists(parent))) await makeFolders(parent);
  await mkdir(path).catch((error) => {
    if (errorCode(error) !== 'EEXIST') throw error; // another process was faster, or a file is in the way
  });
  if (!(await exists(path))) throw Object.assign(new Error('a file is in the way'), { code: 'ENOTDIR' });
}

/** Removes a file or folder whole: it is renamed first, so that no half of it can be met. Absent is fine. Errors: OUTPUT. */
export async function removeWhole(path: string): Promise<void> {
  const aside = besideName(resolve(path), 'tmp');
  try {
    await rename(path, aside);
    await rm(aside, { recursive: true, force: true });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') failWriting(path, error);
  }
}

const leftover = /^\.(.+)\.\d+-[0-9a-f]{8}\.(tmp|old)$/;

/** Cleans up what a crash left in a folder that is locked by us: half-written files go, a folder half replaced comes back. */
export async function recoverFolder(path: string): Promise<void> {
  try {
    const names = await readdir(path);
    for (const name of names) {
      const [, original, kind] = leftover.exec(name) ?? [];
      if (original === undefined) continue;
      if (kind === 'old' && !names.includes(original)) await rename(join(path, name), join(path, original));
      else await rm(join(path, name), { recursive: true, force: true });
    }
  } catch (error) {
    failWriting(path, error);
  }
}

/** A name that nothing else uses, hidden, in the same folder: only there is a rename atomic. */
function besideName(path: string, kind: 'tmp' | 'old'): string {
  const name = kind === 'tmp' ? basename(path).slice(0, 100) : basename(path);
  return join(dirname(path), `.${name}.${process.pid}-${randomBytes(4).toString('hex')}.${kind}`);
}

/** Where a write really lands. Renaming over a link or a device (`/dev/stdout`) would destroy it. */
async function landing(path: string): Promise<{ target: string; replaceable: boolean }> {
  const there = await lstat(path).catch(() => null);
  if (there === null) return { target: resolve(path), replaceable: true };
  const target = there.isSymbolicLink() ? await realpath(path).catch(() => resolve(path)) : resolve(path);
  const kind = await stat(target).catch(() => null);
  return { target, replaceable: kind === null || kind.isFile() || kind.isDirectory() };
}

async function fill(path: string, data: FileData, flags: 'w' | 'wx'): Promise<void> {
  const handle: FileHandle = await open(path, flags);
  try {
    for (const part of typeof data === 'string' || data instanceof Uint8Array ? [data] : data)
      await handle.writeFile(part);
    if (flags === 'wx') await handle.sync();
  } finally {
    await handle.close();
  }
}

async function replaceFolder(beside: string, target: string): Promise<void> {
  const old = besideName(target, 'old');
  const replaced = await rename(target, old).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(beside, target);
  } catch (error) {
    if (replaced) await rename(old, target);
    throw error;
  }
  if (replaced) await rm(old, { recursive: true, force: true });
}

/** Makes a rename survive a power cut. Some systems cannot sync a folder: then there is nothing to do. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
