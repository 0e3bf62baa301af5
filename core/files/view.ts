import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { fail, suggestion } from '../problem/index.js';
import { type ByteSource, readRange } from './bytes.js';
import { addressIn, errorCode, failReading, shown } from './errno.js';
import { type Finding, findFiles, splitPattern } from './glob.js';
import { isPackagePath, resolvePackagePath, toPackagePath } from './package-path.js';
import { type Line, readLines } from './text-lines.js';
import { type Opened, Unchanged } from './unchanged.js';
import { endsWithin } from './within.js';

/** An open file: `FileView` of the contract. */
export interface OpenFile extends ByteSource {
  lines(from: number): AsyncIterable<Line>;
  close(): Promise<void>;
}
export interface ContentHash {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}
/** The door to data files: `Files` of the contract, and what the core asks of it. */
export interface OpenFiles {
  resolve(path: string): string;
  open(path: string): Promise<OpenFile>;
  /** Files in the order of their code units; of a pattern that ends with `/`, folders. */
  glob(pattern: string): Promise<readonly string[]>;
  readonly signal: AbortSignal;
  /** Of every file opened so far, by a name that is the same on every machine; each file is hashed once. */
  hashes(): Promise<Readonly<Record<string, ContentHash>>>;
  /** How another thread opens the same files: plain data. What has changed since they were opened here is refused there. */
  again(): Omit<OpenFilesOptions, 'signal'>;
  /** Closes what is still open. */
  close(): Promise<void>;
}
export interface OpenFilesOptions {
  /** Folder of the recipe: relative paths begin here, and packages are looked for from here upwards. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  /** Only files below `root` (by default `folder`) and in installed packages. */
  readonly untrusted?: boolean;
  readonly root?: string;
  /** What was opened before, elsewhere. */
  readonly opened?: Opened;
}

/**
 * Opens the door to data files; nothing is read yet.
 * Errors of its methods: DATA_MISSING (absent, a folder, not readable, forbidden), DATA_FORMAT (text that is not UTF-8, a
 * line without end), and the signal's own where it is aborted.
 */
export function openFiles({ folder, signal = new AbortController().signal, ...limits }: OpenFilesOptions): OpenFiles {
  const home = resolve(folder);
  const handles = new Set<FileHandle>();
  const hashed = new Map<string, ContentHash | null>(); // null: opened, not hashed yet
  const unchanged = new Unchanged(limits.opened);
  const root = limits.untrusted === true ? resolve(limits.root ?? folder) : null;
  const locate = (path: string): string => {
    if (path.includes('\0')) fail('DATA_MISSING', `${JSON.stringify(path)} is no path: it holds a zero character`);
    return isPackagePath(path) ? resolvePackagePath(path, home) : resolve(home, path);
  };
  const requireWithin = (path: string): void => {
    if (root === null || endsWithin(path, root)) return;
    fail('DATA_MISSING', `${shown(path)} lies outside ${shown(root)}, which --untrusted does not allow`);
  };
  const follows = (link: string): boolean => {
    requireWithin(link);
    return true;
  };
  return {
    signal,
    resolve: locate,
    async open(path) {
      signal.throwIfAborted();
      const located = locate(path);
      requireWithin(located);
      const { handle, size } = await openRegular(located);
      handles.add(handle);
      await unchanged.require(located, handle);
      if (!hashed.has(located)) hashed.set(located, null);
      return fileOver({ handle, path: located, size, signal, unchanged, onClose: () => handles.delete(handle) });
    },
    async glob(pattern) {
      signal.throwIfAborted();
      const found = new Set<string>();
      for (const { base, segments } of splitPattern(pattern)) {
        const from = locate(`${base === '' ? '.' : base}/.`);
        requireWithin(from);
        const what = pattern.endsWith('/') ? 'folders' : 'files';
        for (const path of await findBelow(from, segments, { what, follows })) found.add(path);
      }
      return [...found].sort();
    },
    async hashes() {
      for (const [path, known] of hashed) if (known === null) hashed.set(path, await hashFile(path, signal, unchanged));
      const entries = [...hashed].map(([path, hash]) => [portableName(path, home), hash!] as const);
      return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    again: () => ({ folder: home, ...limits, opened: unchanged.opened }),
    async close() {
      for (const handle of handles) await handle.close().catch(() => {});
      handles.clear();
    },
  };
}

interface Handled {
  readonly handle: FileHandle;
  readonly path: string;
  readonly size: number;
  readonly signal: AbortSignal;
  readonly unchanged: Unchanged;
  readonly onClose: () => void;
}

function fileOver({ handle, path, size, signal, unchanged, onClose }: Handled): OpenFile {
  let closing: Promise<void> | null = null;
  const source: ByteSource = {
    path,
    size,
    async read(offset, length) {
      signal.throwIfAborted();
      if (closing !== null) throw new Error(`${shown(path)} was read after it was closed`);
      const bytes = await readRange(handle, { offset, length, size }).catch((error: unknown) =>
        failReading(path, error, 'DATA_MISSING'),
      );
      await unchanged.require(path, handle);
      return bytes;
    },
  };
  return {
    ...source,
    lines: (from) => readLines(source, from),
    close() {
      onClose();
      closing ??= handle.close();
      return closing;
    },
  };
}

async function openRegular(path: string): Promise<{ handle: FileHandle; size: number }> {
  try {
    const kind = await stat(path); // before opening: a pipe would wait for ever
    if (kind.isDirectory()) fail('DATA_MISSING', `${shown(path)} is a folder, a file is needed`);
    if (!kind.isFile()) fail('DATA_MISSING', `${shown(path)} is a device or pipe, a file is needed`);
    return { handle: await open(path, 'r'), size: kind.size };
  } catch (error) {
    const absent = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
    return absent ? failAbsent(path) : failReading(path, error, 'DATA_MISSING');
  }
}

/** Names the first part of the path that is not there, and what is there instead. */
async function failAbsent(path: string): Promise<never> {
  let missing = path;
  let names: string[] | null = null;
  while (names === null && dirname(missing) !== missing) {
    names = await readdir(dirname(missing)).catch(() => null);
    if (names === null) missing = dirname(missing);
  }
  const name = basename(missing);
  if (names?.includes(name))
    return fail('DATA_MISSING', `${shown(path)} does not exist: ${shown(missing)} is not a folder`);
  const address = addressIn(path);
  if (address !== null) fail('DATA_MISSING', `${address} is an address: fetch the file first, and say where it lies`);
  if (name === '~')
    return fail('DATA_MISSING', `${shown(path)} does not exist: ~ is no folder here; write "\${env.HOME}/..."`);
  if (name.includes('\\') && sep === '/')
    return fail('DATA_MISSING', `${shown(path)} does not exist; did you mean ${name.replaceAll('\\', '/')}?`);
  const where = missing === path ? '' : `: there is no ${name} in ${shown(dirname(missing))}`;
  return fail('DATA_MISSING', `${shown(path)} does not exist${where}${suggestion(name, names ?? [])}`);
}

async function findBelow(base: string, segments: readonly string[], how: Finding): Promise<ReadonlySet<string>> {
  try {
    return await findFiles(base, segments, how);
  } catch (error) {
    const absent = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
    return absent ? failAbsent(base) : failReading(base, error, 'DATA_MISSING');
  }
}

const portableName = (path: string, home: string): string =>
  (toPackagePath(path) ?? relative(home, path)).split(sep).join('/');

async function hashFile(path: string, signal: AbortSignal, unchanged: Unchanged): Promise<ContentHash> {
  const hash = createHash('sha256');
  const { handle } = await openRegular(path);
  try {
    const block = new Uint8Array(2 ** 20);
    for (let bytes = 0; ; ) {
      signal.throwIfAborted();
      const { bytesRead } = await handle.read(block, 0, block.length, bytes);
      if (bytesRead === 0) {
        await unchanged.require(path, handle);
        return { sha256: hash.digest('hex'), bytes };
      }
      hash.update(block.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } catch (error) {
    return failReading(path, error, 'DATA_MISSING');
  } finally {
    await handle.close();
  }
}
