import { createHash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fail, ProblemError } from '../problem/index.js';
import { readJsonText } from './bounded.js';
import { failReading, shown } from './errno.js';
import { writeJson } from './whole.js';

/** Lists every other file of its folder. */
const NAME = 'checksums.json';

interface Checksum {
  readonly sha256: string;
  readonly bytes: number;
}

/** Writes `checksums.json`: sha256 and length of every file that lies in the folder now. Errors: OUTPUT. */
export async function writeChecksums(folder: string): Promise<void> {
  await writeJson(join(folder, NAME), { files: await checksumsOf(folder) });
}

/**
 * Errors: RUN_FOLDER, where a file of the folder is missing, has been added or is not what was written.
 */
export async function requireChecksums(folder: string): Promise<void> {
  const written = await readChecksums(folder);
  const found = await checksumsOf(folder).catch((error: unknown) => failReading(folder, error, 'RUN_FOLDER'));
  const known = new Set([...Object.keys(written), ...Object.keys(found)]);
  for (const name of known) {
    const [was, is] = [written, found].map((sums) => (Object.hasOwn(sums, name) ? sums[name] : undefined));
    if (was && !is) fail('RUN_FOLDER', `${shown(join(folder, name))} is missing`);
    if (was?.bytes !== is?.bytes) {
      fail('RUN_FOLDER', `${shown(join(folder, name))} has ${is?.bytes} bytes, ${was?.bytes ?? 'none'} were written`);
    }
    if (was?.sha256 !== is?.sha256) fail('RUN_FOLDER', `${shown(join(folder, name))} is not what was written`);
  }
}

async function readChecksums(folder: string): Promise<Readonly<Record<string, Checksum>>> {
  const path = join(folder, NAME);
  try {
    const { files } = JSON.parse(readJsonText(path, 'RUN_FOLDER')) as { readonly files?: unknown };
    if (typeof files === 'object' && files !== null) return files as Record<string, Checksum>;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
  }
  return fail('RUN_FOLDER', `${shown(path)} is damaged: it lists no files`);
}

async function checksumsOf(folder: string): Promise<Record<string, Checksum>> {
  const names = (await readdir(folder)).filter((name) => name !== NAME).sort();
  const sums: [string, Checksum][] = [];
  const block = new Uint8Array(2 ** 18);
  for (const name of names) sums.push([basename(name), await checksumOf(join(folder, name), block)]);
  return Object.fromEntries(sums); // a file may be called `__proto__`
}

/** `block` is written over. */
async function checksumOf(path: string, block: Uint8Array): Promise<Checksum> {
  const handle = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    for (let bytes = 0; ; ) {
      const { bytesRead } = await handle.read(block, 0, block.length, bytes);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), bytes };
      hash.update(block.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await handle.close();
  }
}
