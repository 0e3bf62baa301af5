import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { engineName } from './pins.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder for what can be made again: SIAMESE_CACHE, else XDG_CACHE_HOME/siamese, else ~/.cache/siamese. */
export function cacheFolder(env: Environment = process.env): string {
  if (env.SIAMESE_CACHE) return resolve(env.SIAMESE_CACHE);
  if (env.XDG_CACHE_HOME) return resolve(env.XDG_CACHE_HOME, 'siamese');
  return join(homedir(), '.cache', 'siamese');
}

/** Where the built native engine stands, whole or not at all: it is built beside and renamed. */
export function engineFolder(env: Environment = process.env): string {
  return join(cacheFolder(env), 'engine', engineName);
}

/** The files of a built engine, under its folder. It is laid out as npm would, so that Node finds its parts. */
export const layout = {
  manifest: 'manifest.json',
  package: 'node_modules/@tensorflow/tfjs-node',
  binding: 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node',
  quiet: 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/quiet.node',
  scattered: 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/scattered.node',
  libraries: 'node_modules/@tensorflow/tfjs-node/deps/lib',
} as const;

interface Entry {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}
export interface Manifest {
  readonly version: 1;
  readonly name: string;
  readonly files: readonly Entry[];
}

/** Lists every file under `folder` with its size and hash. */
export async function describe(folder: string): Promise<Manifest> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => path !== layout.manifest)
    .sort();
  const files: Entry[] = [];
  for (const path of names) {
    const file = join(folder, path);
    files.push({ path, bytes: statSync(file).size, sha256: await hashFile(file, 'sha256', 'hex') });
  }
  return { version: 1, name: engineName, files };
}

/** `quick`: every size, and the hashes of files under a mebibyte (some milliseconds). `full`: every hash (some seconds). */
export type Depth = 'quick' | 'full';
export type Condition =
  | { readonly state: 'ready' | 'absent' }
  /** `reason` says what is wrong with which file. */
  | { readonly state: 'damaged'; readonly reason: string };

const mebibyte = 2 ** 20;

/** Whether the engine in `folder` is there and as it was built. Never throws: what cannot be read is damaged. */
export async function inspect(folder: string, depth: Depth): Promise<Condition> {
  if (!existsSync(folder)) return { state: 'absent' };
  try {
    const manifest = readManifest(folder);
    if (manifest === null) return { state: 'damaged', reason: `${layout.manifest} is missing or cannot be read` };
    for (const entry of manifest.files) {
      const reason = await damage(join(folder, entry.path), entry, depth);
      if (reason !== null) return { state: 'damaged', reason: `${entry.path} ${reason}` };
    }
    return { state: 'ready' };
  } catch (error) {
    return { state: 'damaged', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function damage(file: string, entry: Entry, depth: Depth): Promise<string | null> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return 'is missing';
  if (found.size !== entry.bytes) return `has ${found.size} bytes instead of ${entry.bytes}`;
  if (entry.bytes >= mebibyte) {
    return depth === 'full' && (await hashFile(file, 'sha256', 'hex')) !== entry.sha256 ? 'has changed' : null;
  }
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  return sha256 === entry.sha256 ? null : 'has changed';
}

function readManifest(folder: string): Manifest | null {
  try {
    const value = JSON.parse(readFileSync(join(folder, layout.manifest), 'utf8')) as Partial<Manifest>;
    const right =
      value.version === 1 && value.name === engineName && Array.isArray(value.files) && value.files.length > 0;
    return right ? (value as Manifest) : null;
  } catch {
    return null;
  }
}

/** The digest of a file of any size, read in pieces. */
export async function hashFile(
  file: string,
  algorithm: 'sha256' | 'sha512',
  encoding: 'hex' | 'base64',
): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file, { highWaterMark: 4 * mebibyte })) hash.update(chunk as Buffer);
  return hash.digest(encoding);
}
