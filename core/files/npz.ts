import { zipSync } from 'fflate';
import { fail, listed, suggestion } from '../problem/index.js';
import { type ByteSource, memoryBytes } from './bytes.js';
import { shown } from './errno.js';
import { type NpyArray, readNpy } from './npy.js';
import { type NpyHeader, readNpyHeader } from './npy-header.js';
import { encodeNpy } from './npy-write.js';
import { allocate } from './numbers.js';
import { crc32, locateMember, readZipDirectory, unpack, type ZipLimits, type ZipMember, zipLimits } from './zip.js';

/** Which array of an archive: its name with or without `.npy`; null: its only one. */
export interface NpzRequest {
  readonly member: string | null;
  readonly limits?: ZipLimits;
}

/** `scores.npz#left` -> the file and the array in it; any other path is a file. */
export function splitMember(path: string): { readonly file: string; readonly member: string | null } {
  const match = /^(.*\.npz)(?:#(.*))?$/is.exec(path);
  return { file: match?.[1] ?? path, member: match?.[2] ?? null };
}

/** Names of the arrays, without `.npy`, in the archive's order. Errors: those of `readZipDirectory`. */
export async function npzNames(source: ByteSource): Promise<readonly string[]> {
  return namesOf(await readZipDirectory(source));
}

/** The header of one array; of a packed one only the beginning is unpacked. Errors: as `readNpz`. */
export async function readNpzHeader(source: ByteSource, request: NpzRequest): Promise<NpyHeader> {
  const member = await findMember(source, request.member);
  return readNpyHeader(peekable(source, member, request.limits ?? zipLimits));
}

/**
 * Reads one array of a .npz. Its header is checked against its declared size before anything is unpacked.
 * Errors: DATA_MISSING (no such array), those of `readZipDirectory`, `unpack` and `readNpy`, DATA_FORMAT where the
 * checksum differs.
 */
export async function readNpz(source: ByteSource, request: NpzRequest): Promise<NpyArray> {
  const member = await findMember(source, request.member);
  const limits = request.limits ?? zipLimits;
  const start = peekable(source, member, limits);
  await readNpyHeader(start);
  const bytes = await unpackWhole(source, member, { limits, what: shown(start.path) });
  if (crc32(bytes) !== member.crc) fail('DATA_FORMAT', `${shown(start.path)} is damaged: its checksum differs`);
  return readNpy(memoryBytes(start.path, bytes));
}

/** An array as it lies in the archive; `source` null: it is packed, and cannot be read by position. Errors: as `readNpz`. */
export async function storedNpz(
  source: ByteSource,
  request: NpzRequest,
): Promise<{ readonly source: ByteSource | null; readonly header: NpyHeader }> {
  const member = await findMember(source, request.member);
  const start = peekable(source, member, request.limits ?? zipLimits);
  const header = await readNpyHeader(start);
  if (member.method !== 'stored') return { source: null, header };
  return { source: { ...(await locateMember(source, member)), path: start.path }, header };
}

const firstPiece = 2 ** 26;

/** Memory grows with what is unpacked: a size that is only declared takes none. */
async function unpackWhole(
  source: ByteSource,
  member: ZipMember,
  how: { readonly limits: ZipLimits; readonly what: string },
): Promise<Uint8Array> {
  let bytes = allocate('uint8', Math.min(member.size, firstPiece), how.what) as Uint8Array;
  let at = 0;
  for await (const piece of unpack(source, member, how.limits)) {
    if (at + piece.length > bytes.length) {
      const grown = allocate('uint8', Math.min(member.size, 2 * (at + piece.length)), how.what) as Uint8Array;
      grown.set(bytes.subarray(0, at));
      bytes = grown;
    }
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A .npz of deflated arrays; the same bytes for the same arrays. */
export function encodeNpz(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)] as const);
  return zipSync(Object.fromEntries(files), { mtime: new Date(1980, 0, 1) }); // .zip keeps local time
}

const withoutEnding = (name: string): string => name.replace(/\.npy$/, '');
const namesOf = (members: ReadonlyMap<string, ZipMember>): string[] =>
  [...members.keys()].filter((name) => name.endsWith('.npy')).map(withoutEnding);

async function findMember(source: ByteSource, wanted: string | null): Promise<ZipMember> {
  const members = await readZipDirectory(source);
  const names = namesOf(members);
  const name = wanted === null && names.length === 1 ? names[0]! : wanted === null ? null : withoutEnding(wanted);
  const member = name === null ? undefined : members.get(`${name}.npy`);
  if (member !== undefined) return member;
  const holds = names.length === 0 ? 'it holds no arrays' : `it holds ${listed(names)}`;
  const file = shown(source.path);
  if (name === null)
    return fail('DATA_MISSING', `${file} needs the name of an array, as in ${file}#${names[0] ?? 'name'}: ${holds}`);
  return fail(
    'DATA_MISSING',
    `${file} has no array called ${JSON.stringify(name)}: ${holds}${suggestion(name, names)}`,
  );
}

/** A member as bytes by range, for its beginning: each read unpacks from the start as far as it must. */
function peekable(source: ByteSource, member: ZipMember, limits: ZipLimits): ByteSource {
  const path = `${source.path}#${withoutEnding(member.name)}`;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, member.size - offset)));
    if (bytes.length === 0) return bytes;
    let at = 0;
    for await (const piece of unpack(source, member, limits)) {
      const wanted = piece.subarray(Math.max(0, offset - at), Math.max(0, offset + bytes.length - at));
      bytes.set(wanted, Math.max(0, at - offset));
      at += piece.length;
      if (at >= offset + bytes.length) break;
    }
    return bytes;
  };
  return { path, size: member.size, read };
}
