import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import {
  encodeNpy,
  encodeNpz,
  memoryBytes,
  type NpyArray,
  type NpzRequest,
  npzNames,
  readNpz,
  readNpzHeader,
  readZipDirectory,
  splitMember,
} from '../../core/files/index.js';
import { messageOf, neverWorse } from './problem-of.js';

const fixture = (name: string): Promise<Buffer> =>
  readFile(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));
const read = (bytes: Uint8Array, member: string | null, limits?: NpzRequest['limits']): Promise<NpyArray> =>
  readNpz(memoryBytes('x.npz', bytes), limits === undefined ? { member } : { member, limits });
const wrong = (bytes: Uint8Array, member: string | null = null): Promise<string> =>
  messageOf(() => read(bytes, member));

const zeros = (length: number): NpyArray => ({ shape: [length], dtype: 'uint8', data: new Uint8Array(length) });
/** Rewrites a field of the first entry of the archive's directory. */
function alter(bytes: Uint8Array, field: number, value: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(value, copy.indexOf('PK\u0001\u0002', 0, 'latin1') + field);
  return copy;
}

describe('an archive by numpy', () => {
  it('is read, array by array', async () => {
    const bytes = await fixture('python.npz');
    const values = async (name: string): Promise<unknown[]> => {
      const { shape, dtype, data } = await read(bytes, name);
      return [dtype, shape, [...data]];
    };
    const quarters = [0, 0.25, 0.5, 0.75, 1, 1.25];
    expect(await values('c_f8')).toEqual(['float32', [2, 3], quarters]);
    expect(await values('big_f4.npy')).toEqual(['float32', [2, 3], quarters]);
    expect(await values('fortran')).toEqual(['int32', [2, 3], [0, 1, 2, 3, 4, 5]]);
    expect(await values('fortran3')).toEqual(['float32', [2, 3, 4], Array.from({ length: 24 }, (_, i) => i)]);
    expect(await values('half')).toEqual([
      'float32',
      [5],
      [1.5, -2, 65504, Math.fround(2 ** -24), Number.POSITIVE_INFINITY],
    ]);
    expect(await values('i8')).toEqual(['int32', [3], [1, -2, 2 ** 31 - 1]]);
    expect(await values('u8')).toEqual(['int32', [1], [5]]);
    expect(await values('i1')).toEqual(['int32', [2], [-1, 3]]);
    expect(await values('bools')).toEqual(['uint8', [2], [1, 0]]);
    expect(await values('names')).toEqual(['string', [4], ['ab', 'é', '日本語', '']]);
    expect(await values('big_names')).toEqual(['string', [2], ['ab', 'c']]);
    expect(await values('bytes')).toEqual(['string', [2], ['x', 'yz']]);
    expect(await values('scalar')).toEqual(['int32', [], [7]]);
    expect(await wrong(bytes, 'objects')).toContain('DATA_FORMAT x.npz#objects holds pickled Python objects');
    expect(await wrong(bytes, 'records')).toContain('holds records of several fields');
    expect(await wrong(bytes, 'complex')).toContain('x.npz#complex has the type <c16');
    expect(await wrong(bytes, 'u4')).toBe('DATA_VALUE x.npz#u4: 4294967295 at index [0] does not fit a 32-bit integer');
    expect(await wrong(bytes, 'big')).toContain('2147483648 at index [0]');
  });

  it('stored ones too, whose local headers are zip64', async () => {
    const bytes = await fixture('stored.npz');
    expect(await npzNames(memoryBytes('x', bytes))).toEqual(['left', 'right']);
    expect((await read(bytes, 'right')).data).toEqual(Float32Array.of(3));
  });
});

describe('names', () => {
  it('splits a reference', () => {
    expect(splitMember('a/b.npz#left')).toEqual({ file: 'a/b.npz', member: 'left' });
    expect(splitMember('a/b.NPZ')).toEqual({ file: 'a/b.NPZ', member: null });
    expect(splitMember('a#b/c.npy')).toEqual({ file: 'a#b/c.npy', member: null });
  });

  it('asks for the array that is meant', async () => {
    const two = encodeNpz({ left: zeros(1), right: zeros(2) });
    expect((await read(encodeNpz({ only: zeros(3) }), null)).shape).toEqual([3]);
    expect(await wrong(two)).toBe(
      'DATA_MISSING x.npz needs the name of an array, as in x.npz#left: it holds left, right',
    );
    expect(await wrong(two, 'rihgt')).toBe(
      'DATA_MISSING x.npz has no array called "rihgt": it holds left, right; did you mean right?',
    );
    expect(await wrong(zipSync({ 'a.txt': new Uint8Array() }))).toContain('it holds no arrays');
  });
});

describe('headers', () => {
  it('are read without unpacking the rest', async () => {
    const bytes = encodeNpz({ a: zeros(3_000_000), b: zeros(1) });
    let count = 0;
    const source = {
      path: 'x.npz',
      size: bytes.length,
      read: async (at: number, length: number) => {
        count += Math.min(length, bytes.length - at);
        return bytes.slice(at, at + length);
      },
    };
    const directory = bytes.length - Buffer.from(bytes).indexOf('PK\u0001\u0002', 0, 'latin1');
    expect(await readNpzHeader(source, { member: 'b' })).toMatchObject({ shape: [1], dtype: 'uint8' });
    expect(count).toBeLessThan(3 * directory + bytes.length); // its end, its directory, and a few small pieces
    expect(await readNpzHeader(source, { member: 'a' })).toMatchObject({ shape: [3_000_000] });
  });
});

describe('bombs and damage', () => {
  const good = encodeNpz({ a: zeros(100_000) });

  it('a declared size above the limit, or above what deflate can give', async () => {
    const member = (await readZipDirectory(memoryBytes('x', good))).get('a.npy')!;
    expect(await messageOf(() => read(good, 'a', { bytes: 50_000, ratio: 1040 }))).toBe(
      'DATA_FORMAT x.npz unpacks a.npy to 100128 bytes, more than 50000',
    );
    expect(await messageOf(() => read(good, 'a', { bytes: 1e9, ratio: 100 }))).toContain(
      `unpacks ${member.packed} bytes of a.npy to 100128, more than 100 times as many`,
    );
    expect(await wrong(alter(good, 24, 2 ** 31))).toContain('more than 1040 times as many');
  });

  it('stops where a member unpacks to more than it declares', async () => {
    const lying = Buffer.from(encodeNpy(zeros(10)));
    const bytes = zipSync({ 'a.npy': Buffer.concat([lying, Buffer.alloc(50_000_000)]) });
    expect(await wrong(alter(bytes, 24, lying.length))).toBe(
      `DATA_FORMAT x.npz is damaged: a.npy unpacks to more than the ${lying.length} bytes it declares`,
    );
    expect(await wrong(bytes)).toContain('x.npz#a is longer than it should be');
  });

  it('a size that is only declared takes no memory', async () => {
    const text = Buffer.from(encodeNpy(zeros(0))).toString('latin1');
    const header = text.slice(10, 127).trimEnd().replace('(0,)', '(4000000000,)');
    const lying = Buffer.from(`${text.slice(0, 10)}${header.padEnd(117)}\n`, 'latin1');
    const packed = zipSync({ 'a.npy': Buffer.concat([lying, randomBytes(4_000_000)]) });
    const before = process.memoryUsage().rss;
    expect(await wrong(alter(packed, 24, 4_000_000_128))).toMatch(
      /a\.npy unpacks to 4000128 bytes, it declares 4000000128/,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 29);
  });

  it('says what else is wrong', async () => {
    expect(await wrong(alter(good, 24, 100_129))).toMatch(/x.npz#a is longer than it should be: expected 100128 bytes/);
    expect(await wrong(good.subarray(0, good.length - 1))).toContain('is not a .zip archive, or is cut short');
    expect(await wrong(new Uint8Array(5))).toContain('is not a .zip archive');
    expect(await wrong(alter(good, 16, 7))).toBe('DATA_FORMAT x.npz#a is damaged: its checksum differs');
    expect(await wrong(alter(good, 42, 5))).toContain('a.npy is not where it should be');
    expect(await wrong(alter(good, 8, 0x00080001))).toContain('holds a.npy encrypted');
    expect(await wrong(alter(good, 8, 0x000c0000))).toContain('packs a.npy by method 12: stored and deflated are read');
    const stored = zipSync({ 'a.npy': encodeNpy(zeros(10)) }, { level: 0 });
    expect((await read(stored, 'a')).shape).toEqual([10]);
    expect(await wrong(alter(stored, 24, 11))).toContain('stores a.npy unpacked, in another size than its own');
    const twice = zipSync({ 'a.npy': encodeNpy(zeros(1)), 'b.npy': encodeNpy(zeros(1)) });
    const second = Buffer.from(twice).lastIndexOf('b.npy');
    twice[second] = 97;
    expect(await wrong(twice)).toContain('holds "a.npy" twice');
    const broken = Buffer.from(good);
    broken.fill(0xff, 40, 60);
    expect(await wrong(broken)).toMatch(/is damaged/);
  });

  it('reads a zip64 directory', async () => {
    const stored = Buffer.from(zipSync({ 'a.npy': encodeNpy(zeros(10)) }, { level: 0 }));
    const start = stored.indexOf('PK\u0001\u0002', 0, 'latin1');
    const end = stored.indexOf('PK\u0005\u0006', 0, 'latin1');
    const size = stored.readUInt32LE(start + 24);
    const extra = Buffer.alloc(4 + 24);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(BigInt(size), 4);
    extra.writeBigUInt64LE(BigInt(size), 12);
    const entry = Buffer.from(stored.subarray(start, end));
    for (const field of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, field);
    entry.writeUInt16LE(28, 30);
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x06064b50, 0);
    [1, 1, entry.length + 28, start].forEach((value, i) => {
      record.writeBigUInt64LE(BigInt(value), 24 + 8 * i);
    });
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(BigInt(start + entry.length + 28), 8);
    const last = Buffer.from(stored.subarray(end));
    last.writeUInt32LE(0xffffffff, 16);
    const whole = Buffer.concat([stored.subarray(0, start), entry, extra, record, locator, last]);
    expect((await read(whole, 'a')).shape).toEqual([10]);
    whole.writeUInt32LE(0, start + entry.length + 28);
    expect(await wrong(whole)).toContain('its zip64 directory is missing');
  });

  it('property: changed or cut bytes are a problem or an array, nothing else', async () => {
    const bytes = await fixture('python.npz');
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    const name = fc.constantFrom('c_f8', 'names', 'fortran3', null);
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.nat(bytes.length),
        name,
        async (changes, length, member) => {
          const copy = Uint8Array.from(bytes);
          for (const { at, to } of changes) copy[at] = to;
          await neverWorse(() => read(copy, member));
          await neverWorse(() => read(copy.subarray(0, length), member));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('writing', () => {
  it('property: what is written is read back, the same bytes each time', async () => {
    const data = fc.float32Array({ maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), data, { minKeys: 1 }), async (entries) => {
        const arrays = Object.fromEntries(
          Object.entries(entries).map(([name, values]): [string, NpyArray] => [
            name,
            { shape: [values.length], dtype: 'float32', data: values },
          ]),
        );
        const bytes = encodeNpz(arrays);
        expect(encodeNpz(arrays)).toEqual(bytes);
        for (const [name, array] of Object.entries(arrays)) expect(await read(bytes, name)).toEqual(array);
      }),
      { numRuns: 40 },
    );
  });
});
