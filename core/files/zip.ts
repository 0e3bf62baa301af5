import { Inflate } from 'fflate';
import { fail } from '../problem/index.js';
import { type ByteSource, section } from './bytes.js';
import { shown } from './errno.js';

/** One file inside a .zip, as the archive's directory describes it. */
export interface ZipMember {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  /** Bytes in the archive, and unpacked, as declared. */
  readonly packed: number;
  readonly size: number;
  readonly crc: number;
  /** Byte at which its local header begins. */
  readonly at: number;
}

/** Against archives that unpack to far more than they are. */
export interface ZipLimits {
  /** Most bytes that one member may unpack to. */
  readonly bytes: number;
  /** Most unpacked bytes per packed one. Deflate itself cannot pass 1032. */
  readonly ratio: number;
}
export const zipLimits: ZipLimits = Object.freeze({ bytes: 2 ** 32, ratio: 1040 });

const failZip = (source: ByteSource, what: string): never => fail('DATA_FORMAT', `${shown(source.path)} ${what}`);
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const largestDirectory = 2 ** 26;

/**
 * Reads the directory of a .zip, zip64 included, without unpacking anything.
 * Errors: DATA_FORMAT (not a .zip, damaged, encrypted, packed by another method than deflate, names given twice).
 * Source: PKWARE APPNOTE 6.3.
 */
export async function readZipDirectory(source: ByteSource): Promise<ReadonlyMap<string, ZipMember>> {
  const { from, length, count } = await findDirectory(source);
  if (length > largestDirectory || from + length > source.size)
    failZip(source, 'is damaged: its directory lies outside it');
  const bytes = await source.read(from, length);
  const members = new Map<string, ZipMember>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { member, next } = readEntry(source, bytes, at);
    if (members.has(member.name)) failZip(source, `holds ${JSON.stringify(member.name)} twice`);
    members.set(member.name, member);
    at = next;
  }
  return members;
}

interface Directory {
  readonly from: number;
  readonly length: number;
  readonly count: number;
}

async function findDirectory(source: ByteSource): Promise<Directory> {
  const length = Math.min(source.size, 22 + 65535 + 20); // end record, its comment, the zip64 locator
  const tail = await source.read(source.size - length, length);
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || at + 22 + view.getUint16(at + 20, true) !== tail.length) continue;
    const found = {
      count: view.getUint16(at + 10, true),
      length: view.getUint32(at + 12, true),
      from: view.getUint32(at + 16, true),
    };
    const overflows = found.count === 0xffff || found.length === 0xffffffff || found.from === 0xffffffff;
    if (!overflows || at < 20 || view.getUint32(at - 20, true) !== 0x07064b50) return found;
    return wideDirectory(source, Number(view.getBigUint64(at - 12, true)));
  }
  return failZip(source, 'is not a .zip archive, or is cut short: its directory is missing');
}

async function wideDirectory(source: ByteSource, at: number): Promise<Directory> {
  const bytes = at + 56 <= source.size ? await source.read(at, 56) : new Uint8Array();
  const view = viewOf(bytes);
  if (bytes.length < 56 || view.getUint32(0, true) !== 0x06064b50)
    failZip(source, 'is damaged: its zip64 directory is missing');
  const [count, length, from] = [32, 40, 48].map((field) => Number(view.getBigUint64(field, true)));
  return { count: count!, length: length!, from: from! };
}

function readEntry(source: ByteSource, bytes: Uint8Array, at: number): { member: ZipMember; next: number } {
  const view = viewOf(bytes);
  if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50)
    failZip(source, 'is damaged: its directory is cut short');
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
  const nameEnd = at + 46 + nameLength!;
  const next = nameEnd + extraLength! + commentLength!;
  if (next > bytes.length) failZip(source, 'is damaged: its directory is cut short');
  const name = new TextDecoder().decode(bytes.subarray(at + 46, nameEnd));
  if (view.getUint16(at + 8, true) & 1) failZip(source, `holds ${name} encrypted`);
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) failZip(source, `packs ${name} by method ${method}: stored and deflated are read`);
  const [size, packed, local] = wideSizes(bytes.subarray(nameEnd, nameEnd + extraLength!), [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ]);
  if (method === 0 && packed !== size) failZip(source, `stores ${name} unpacked, in another size than its own`);
  const member = {
    name,
    method: method === 0 ? 'stored' : 'deflated',
    packed: packed!,
    size: size!,
    at: local!,
  } as const;
  return { member: { ...member, crc: view.getUint32(at + 16, true) }, next };
}

/** Fields that overflow 32 bits stand in the zip64 extra field, in this order. */
function wideSizes(extra: Uint8Array, fields: readonly number[]): readonly number[] {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let from = at + 4;
    return fields.map((field) => {
      if (field !== 0xffffffff || from + 8 > extra.length) return field;
      from += 8;
      return Number(view.getBigUint64(from - 8, true));
    });
  }
  return fields;
}

/**
 * The bytes of one member, unpacked piece by piece; never more than it declares.
 * Errors: DATA_FORMAT (damaged, declared sizes that cannot be, more than `limits`).
 */
export async function* unpack(
  source: ByteSource,
  member: ZipMember,
  limits: ZipLimits = zipLimits,
): AsyncGenerator<Uint8Array> {
  if (member.size > limits.bytes)
    failZip(source, `unpacks ${member.name} to ${member.size} bytes, more than ${limits.bytes}`);
  if (member.size > member.packed * limits.ratio) {
    failZip(
      source,
      `unpacks ${member.packed} bytes of ${member.name} to ${member.size}, more than ${limits.ratio} times as many`,
    );
  }
  const packed = await locateMember(source, member);
  let done = 0;
  for await (const piece of member.method === 'stored' ? pieces(packed) : inflate(packed, member)) {
    done += piece.length;
    if (done > member.size)
      failZip(source, `is damaged: ${member.name} unpacks to more than the ${member.size} bytes it declares`);
    yield piece;
  }
  if (done < member.size)
    failZip(source, `is damaged: ${member.name} unpacks to ${done} bytes, it declares ${member.size}`);
}

/** The packed bytes of a member. Errors: DATA_FORMAT. */
export async function locateMember(source: ByteSource, member: ZipMember): Promise<ByteSource> {
  const header = await source.read(member.at, 30);
  const view = viewOf(header);
  if (header.length < 30 || view.getUint32(0, true) !== 0x04034b50)
    failZip(source, `is damaged: ${member.name} is not where it should be`);
  const from = member.at + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (from + member.packed > source.size) failZip(source, `is cut short inside ${member.name}`);
  return section(source, from, member.packed);
}

const step = 16384; // a push of so much unpacks to 17 MB at most

async function* pieces(packed: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < packed.size; at += 64 * step) yield await packed.read(at, 64 * step);
}

async function* inflate(packed: ByteSource, member: ZipMember): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const inflater = new Inflate((piece) => ready.push(piece));
  for (let at = 0; at < packed.size; at += step) {
    const bytes = await packed.read(at, step);
    try {
      inflater.push(bytes, at + bytes.length >= packed.size);
    } catch {
      failZip(packed, `is damaged: ${member.name} cannot be unpacked`);
    }
    yield* ready.splice(0);
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of .zip and PNG. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
