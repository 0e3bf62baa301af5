import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { WrittenPart } from '../../files/index.js';
import type { StoredValues } from '../fields.js';

export const MANIFEST = 'cache.json';

export type StoredKind = 'float32' | 'int32' | 'uint8';

/** One input in the cache: its file, and how its values stand in it. */
export interface CachedInput extends WrittenPart {
  readonly name: string;
  readonly file: string;
  readonly kind: StoredKind;
  /** Numbers per item. */
  readonly width: number;
}
export interface Manifest {
  readonly format: 1;
  readonly key: string;
  readonly size: number;
  readonly inputs: readonly CachedInput[];
}

export const bytesOfKind = (kind: StoredKind): number => (kind === 'uint8' ? 1 : 4);
export const emptyValues = (kind: StoredKind, length: number): Exclude<StoredValues, Uint16Array> =>
  kind === 'float32' ? new Float32Array(length) : kind === 'int32' ? new Int32Array(length) : new Uint8Array(length);

/** The manifest of a cache whose files are as they were written, or why it cannot be used. null: there is none. */
export async function checkedManifest(
  folder: string,
  key: string,
): Promise<Manifest | { readonly damage: string } | null> {
  const manifest = readManifest(folder);
  if (manifest === null) return null;
  if (manifest === 'damaged' || manifest.key !== key) return { damage: `${MANIFEST} cannot be read` };
  for (const { file, bytes, sha256 } of manifest.inputs) {
    const path = join(folder, file);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.size !== bytes) return { damage: `${file} has ${found?.size ?? 'no'} bytes instead of ${bytes}` };
    if ((await hashOf(path)) !== sha256) return { damage: `${file} is not what was written` };
  }
  return manifest;
}

function readManifest(folder: string): Manifest | 'damaged' | null {
  const path = join(folder, MANIFEST);
  if (!existsSync(folder)) return null;
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Manifest>;
    return value.format === 1 && Array.isArray(value.inputs) ? (value as Manifest) : 'damaged';
  } catch {
    return 'damaged';
  }
}

/** Reads every byte, which also brings the file into the system's memory before the first step asks for it. */
async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 22 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}
