import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { join } from 'node:path';
import type { Json, Table } from '../../contract/index.js';
import { inTurn, makeFolder, openRowBytes, type RowBytes, recoverFolder, shown } from '../../files/index.js';
import { ProblemError } from '../../problem/index.js';
import { gatherRows } from '../fields/gather.js';
import type { FittedFields, Stored } from '../fields.js';
import { isHeld } from '../held.js';
import type { Side } from '../item-set.js';
import { allRows } from '../related.js';
import { buildCache } from './build.js';
import { bytesOfKind, type CachedInput, checkedManifest, emptyValues, type Manifest } from './manifest.js';
import type { RowFile } from './read-rows.js';
import type { CacheRequest } from './request.js';
import { openRowsAhead } from './rows-ahead.js';
import { removeUnused, touchCache } from './unused.js';

/** What is cached: a table and its fields, and how the side names its rows. */
export interface Cacheable {
  readonly table: Table;
  readonly fields: FittedFields;
  readonly key: (row: number) => string;
}

/** A side whose items lie in a cache. */
export type CachedSide = Side & { readonly close: () => void };

/**
 * The items of a table from a cache, which is made first where there is none, where it is damaged, or where its key, a hash
 * of the data and of what is made of it, is another. Of several runs one makes it while the others wait.
 * Errors: OUTPUT, with the way out; those of the data.
 */
export async function cachedSide(cacheable: Cacheable, request: CacheRequest, side: string): Promise<CachedSide> {
  const { table, fields } = cacheable;
  const key = keyOf(await request.identity(), { side, size: table.size, fields: fields.state });
  const home = join(request.folder, key.slice(0, 32));
  const folder = join(home, 'items');
  const known = await usable(folder, key, request);
  const manifest = known ?? (await made({ home, folder, key }, cacheable, request));
  await touchCache(home);
  if (!known) await removeUnused(request);
  return sideOver(folder, manifest, cacheable);
}

function keyOf(identity: Json, made: { readonly side: string; readonly size: number; readonly fields: Json }): string {
  const text = JSON.stringify({ format: 1, order: endianness(), identity, ...made });
  return createHash('sha256').update(text).digest('hex');
}

interface Place {
  readonly home: string;
  readonly folder: string;
  readonly key: string;
}

async function made({ home, folder, key }: Place, cacheable: Cacheable, request: CacheRequest): Promise<Manifest> {
  try {
    await makeFolder(home);
    const waiting = (pid: number): void => request.note(`waiting for process ${pid}, which makes the same cache`);
    return await inTurn(join(home, 'turn'), waiting, async () => {
      const other = await usable(folder, key, { note: () => {} });
      if (other) return other;
      await recoverFolder(home);
      request.note(`decoding ${cacheable.table.size} items into the cache ${shown(folder)}`);
      await buildCache(folder, key, cacheable);
      return (await usable(folder, key, request)) ?? Promise.reject(new Error(`${folder} vanished`));
    });
  } catch (error) {
    throw withWayOut(error);
  }
}

async function usable(folder: string, key: string, { note }: Pick<CacheRequest, 'note'>): Promise<Manifest | null> {
  const found = await checkedManifest(folder, key);
  if (found === null || 'size' in found) return found;
  note(`the cache ${shown(folder)} is damaged (${found.damage}): it is made anew`);
  return null;
}

function withWayOut(error: unknown): unknown {
  if (!(error instanceof ProblemError) || !error.problems.every(({ code }) => code === 'OUTPUT')) return error;
  const hint =
    'Decoded items are kept in a cache: `data.cache.folder` names another place, `data.cache.use: never` holds them in memory.';
  return new ProblemError(error.problems.map((one) => ({ ...one, path: 'data.cache', hint })));
}

/** One input of the side: its file, and how its values stand there. */
interface OpenInput extends Pick<CachedInput, 'name' | 'kind' | 'width'> {
  readonly row: RowFile;
  readonly bytes: RowBytes;
}

/** Rows are read by their place in the files, which a program can map where memory should not hold them all. */
function sideOver(folder: string, manifest: Manifest, { table, fields, key }: Cacheable): CachedSide {
  const { size } = table;
  const inputs = manifest.inputs.map(({ name, file, kind, width }): OpenInput => {
    const row = { path: join(folder, file), width: width * bytesOfKind(kind) };
    return { name, kind, width, row, bytes: openRowBytes(row.path, row.width) };
  });
  const held = isHeld(size * inputs.reduce((sum, { row }) => sum + row.width, 0));
  const ahead = held ? null : openRowsAhead(inputs.map(({ row }) => row));
  return {
    size,
    key,
    gather(rows) {
      const stored: Stored = Object.fromEntries(inputs.map((input) => [input.name, readRows(input, rows)]));
      return fields.gather(stored, allRows(rows.length));
    },
    stored({ name }) {
      const input = inputs.find((one) => one.name === name)!;
      return {
        bytes: fields.bytes(name, emptyValues(input.kind, 0)),
        from: held ? (rows) => holdRows(input, rows, size) : { path: input.row.path, rows: size },
        rowsOf: (rows) => rows,
      };
    },
    ...(ahead ? { ahead: (rows: Int32Array) => ahead.read(rows) } : {}),
    close() {
      ahead?.close();
      for (const { bytes } of inputs) bytes.close();
    },
  };
}

function readRows({ kind, width, bytes }: OpenInput, rows: Int32Array): ReturnType<typeof emptyValues> {
  const values = emptyValues(kind, rows.length * width);
  bytes.read(rows, new Uint8Array(values.buffer));
  return values;
}

/** Nearly all rows: the file is read in one go, since rows here and there take many times as long. */
function holdRows(input: OpenInput, rows: Int32Array, size: number): ReturnType<typeof emptyValues> {
  const { kind, width, bytes } = input;
  const all = emptyValues(kind, size * width);
  bytes.readAll(new Uint8Array(all.buffer));
  if (rows.length === size && rows.every((row, i) => row === i)) return all;
  return gatherRows(all, rows, { into: emptyValues(kind, rows.length * width), width });
}
