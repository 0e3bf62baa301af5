import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ByteSource,
  decodeNpy,
  encodeNpy,
  memoryBytes,
  type NpyArray,
  readNpy,
  readNpyHeader,
} from '../../core/files/index.js';
import { messageOf, neverWorse } from './problem-of.js';

const fixture = (name: string): Promise<Buffer> =>
  readFile(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));

/** A file, version 1, out of a header and data. */
function npy(header: string, data: Uint8Array | number = 0, version = 1): Uint8Array {
  const bytes = Buffer.from(header, 'latin1');
  const start = Buffer.alloc(version === 1 ? 10 : 12);
  start.write('\x93NUMPY', 'latin1');
  start[6] = version;
  if (version === 1) start.writeUInt16LE(bytes.length, 8);
  else start.writeUInt32LE(bytes.length, 8);
  return Buffer.concat([start, bytes, typeof data === 'number' ? Buffer.alloc(data) : data]);
}
const header = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
const wrong = (bytes: Uint8Array): Promise<string> => messageOf(() => decodeNpy('x.npy', bytes));

describe('reading', () => {
  it.each(['v1.npy', 'v2.npy', 'v3.npy'])('%s by numpy', async (name) => {
    expect(await decodeNpy(name, await fixture(name))).toEqual({
      shape: [2, 2],
      dtype: 'int32',
      data: Int32Array.of(1, 2, 3, 4),
    });
  });

  it.each([
    ['<f4', [0, 0, 0xc0, 0x3f], 1.5],
    ['>f4', [0x3f, 0xc0, 0, 0], 1.5],
    ['<f8', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 1.5],
    ['>f8', [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], 1.5],
    ['<f2', [0, 0x3e], 1.5],
    ['>f2', [0xbc, 0], -1],
    ['<f2', [1, 0], 2 ** -24],
    ['<f2', [0, 0xfc], Number.NEGATIVE_INFINITY],
    ['<f2', [1, 0x7c], Number.NaN],
    ['|i1', [0xff], -1],
    ['|u1', [0xff], 255],
    ['|b1', [2], 1],
    ['<i2', [0xfe, 0xff], -2],
    ['>i2', [0xff, 0xfe], -2],
    ['>u2', [0x80, 0], 32768],
    ['<i4', [0xfe, 0xff, 0xff, 0xff], -2],
    ['>i4', [0, 0, 1, 0], 256],
    ['=i4', [0, 1, 0, 0], 256],
    ['<u4', [0xff, 0xff, 0xff, 0x7f], 2 ** 31 - 1],
    ['<i8', [0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff], -(2 ** 31)],
    ['>i8', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe], -2],
    ['<u8', [7, 0, 0, 0, 0, 0, 0, 0], 7],
  ])('%s %j is %d', async (descr, bytes, value) => {
    const { data, shape } = await decodeNpy('x', npy(header(`'${descr}'`, '()'), Uint8Array.from(bytes)));
    expect([...data]).toEqual([value]);
    expect(shape).toEqual([]);
  });

  it('texts: S is UTF-8, U any character, both without their filling', async () => {
    const narrow = await decodeNpy('x', npy(header("'|S4'", '(2,)'), Buffer.from('é\0\0abcd', 'utf8')));
    expect(narrow).toEqual({ shape: [2], dtype: 'string', data: ['é', 'abcd'] });
    const wide = npy(header("'>U2'", '(2,)'), Uint8Array.of(0, 1, 0xf6, 0, 0, 0, 0, 65, 0, 0, 0, 0, 0, 0, 0, 0));
    expect((await decodeNpy('x', wide)).data).toEqual(['😀A', '']);
    const columns = npy(header("'|S1'", '(2, 3)', 'True'), Buffer.from('adbecf'));
    expect((await decodeNpy('x', columns)).data).toEqual([...'abcdef']);
  });

  it('columns-first order becomes rows-first', async () => {
    const values = Uint8Array.of(0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23);
    const { data } = await decodeNpy('x', npy(header("'|u1'", '(2, 3, 4)', 'True'), values));
    expect([...data]).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  it('the header is Python, in any dress', async () => {
    const dressed = npy(`{ "shape" : [ 2L ,1] ,"fortran_order":True, 'descr':'|u1' }`, 2, 2);
    expect(await readNpyHeader(memoryBytes('x', dressed))).toMatchObject({
      shape: [2, 1],
      dtype: 'uint8',
      fortran: true,
    });
    expect((await decodeNpy('x', npy(header("'<f4'", '(0, 5)')))).shape).toEqual([0, 5]);
  });

  it('reads large files in blocks, each byte once', async () => {
    const length = 5_000_000;
    const bytes = encodeNpy({ shape: [length], dtype: 'float32', data: Float32Array.from({ length }, (_, i) => i) });
    let read = 0;
    const source: ByteSource = {
      path: 'x',
      size: bytes.length,
      read: async (at, count) => {
        expect(count).toBeLessThanOrEqual(2 ** 22);
        read += count;
        return bytes.slice(at, at + count);
      },
    };
    const { data } = await readNpy(source);
    expect(data[4_194_304]).toBe(4_194_304);
    expect(data.at(-1)).toBe(length - 1);
    expect(read).toBeLessThan(bytes.length + 200);
  });
});

describe('refusing', () => {
  it('says what is wrong', async () => {
    expect(await wrong(Buffer.from('PK\u0003\u0004 and so on'))).toBe(
      'DATA_FORMAT x.npy is not a .npy file: it does not begin as one',
    );
    expect(await wrong(new Uint8Array())).toContain('is not a .npy file');
    expect(await wrong(npy(header("'<f4'", '()'), 4, 9))).toContain('is .npy of version 9: 1, 2 and 3 are read');
    expect(await wrong(npy(header("'<f4'", '()')).subarray(0, 40))).toMatch(
      /is cut short: expected \d+ bytes \(its header alone\), found 40/,
    );
    const long = npy('', 0, 2);
    long[11] = 255;
    expect(await wrong(long)).toContain('says its header is 4278190080 bytes long, more than 65536');
    expect(await wrong(npy('nothing'))).toContain('has a damaged header');
    expect(await wrong(npy(`${'('.repeat(60_000)}`))).toContain('has a damaged header');
    expect(await wrong(npy("{'descr': __import__('os')}"))).toContain('has a damaged header');
    expect(await wrong(npy(header("'<f4'", '(-1,)')))).toContain('its shape is not made of whole numbers');
    expect(await wrong(npy(header("'<f4'", '7')))).toContain('its shape is missing');
    expect(await wrong(npy(header("'<f4'", '()', '0')))).toContain('fortran_order is not True or False');
    expect(await wrong(npy(header('None', '()')))).toContain('its type (descr) is missing');
    expect(await wrong(npy(header("'|O'", '(1,)')))).toBe(
      'DATA_FORMAT x.npy holds pickled Python objects, which could run code when read: save numbers or fixed strings',
    );
    expect(await wrong(npy(header("[('a', '<i4')]", '(1,)')))).toContain('holds records of several fields');
    expect(await wrong(npy(header("'<c8'", '()')))).toContain('has the type <c8: float16 to float64');
    expect(await wrong(npy(header("'<M8[ns]'", '()')))).toContain('has the type <M8[ns]');
    expect(await wrong(npy(header("'<f16'", '()')))).toContain('has the type <f16');
  });

  it('a header that lies about the size of the file', async () => {
    const size = npy(header("'<f4'", '(3, 2)')).length;
    expect(await wrong(npy(header("'<f4'", '(3, 2)'), 20))).toBe(
      `DATA_FORMAT x.npy is cut short: expected ${size + 24} bytes (header and 6 values of 4 B, shape [3, 2]), found ${size + 20}`,
    );
    expect(await wrong(npy(header("'<f4'", '(3, 2)'), 25))).toContain('x.npy is longer than it should be: expected');
    expect(await wrong(npy(header("'<f4'", '(9007199254740991, 4)')))).toContain('which no file can hold');
    expect(await wrong(npy(header("'<U0'", '(1000000000,)')))).toContain('says it holds 1000000000 texts of no length');
  });

  it('whole numbers outside 32 bits, naming the index', async () => {
    const big = Buffer.alloc(48);
    big.writeBigInt64LE(2n ** 40n, 32);
    expect(await wrong(npy(header("'<i8'", '(2, 3)'), big))).toBe(
      'DATA_VALUE x.npy: 1099511627776 at index [1, 1] does not fit a 32-bit integer',
    );
    expect(await wrong(npy(header("'<i8'", '(2, 3)', 'True'), big))).toContain('at index [0, 2]');
    expect(await wrong(npy(header("'<u4'", '(1,)'), Uint8Array.of(255, 255, 255, 255)))).toContain(
      '4294967295 at index [0]',
    );
  });

  it('texts that are not Unicode', async () => {
    expect(await wrong(npy(header("'|S2'", '(2,)'), Uint8Array.of(97, 0, 0xff, 0)))).toBe(
      'DATA_VALUE x.npy: the text at index [1] is not Unicode',
    );
    expect(await wrong(npy(header("'<U1'", '()'), Uint8Array.of(0, 0, 0x11, 0)))).toContain('is not Unicode');
  });
});

const shapes = fc.array(fc.nat(4), { maxLength: 4 });
const arrays: fc.Arbitrary<NpyArray> = shapes.chain((shape) => {
  const count = shape.reduce((product, size) => product * size, 1);
  const size = { minLength: count, maxLength: count };
  const text = fc.string({ unit: 'grapheme', maxLength: 5 }).filter((value) => !value.endsWith('\0'));
  return fc.oneof(
    fc.float32Array(size).map((data) => ({ shape, dtype: 'float32' as const, data })),
    fc.int32Array(size).map((data) => ({ shape, dtype: 'int32' as const, data })),
    fc.uint8Array(size).map((data) => ({ shape, dtype: 'uint8' as const, data })),
    fc.array(text, size).map((data) => ({ shape, dtype: 'string' as const, data })),
  );
});

describe('writing', () => {
  it('gives the bytes that numpy gives', async () => {
    const array: NpyArray = { shape: [2, 2], dtype: 'int32', data: Int32Array.of(1, 2, 3, 4) };
    expect(Buffer.from(encodeNpy(array))).toEqual(await fixture('v1.npy'));
    expect(() => encodeNpy({ ...array, shape: [5] })).toThrow('4 values do not fill [5]');
  });

  it('property: what is written is read back', async () => {
    await fc.assert(
      fc.asyncProperty(arrays, async (array) => {
        expect(await decodeNpy('x', encodeNpy(array))).toEqual(array);
      }),
    );
  });

  it('property: changed or cut bytes are a problem or an array, nothing else', async () => {
    const change = fc.record({ at: fc.nat(140), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(arrays, fc.array(change, { maxLength: 4 }), fc.nat(300), async (array, changes, length) => {
        const bytes = encodeNpy(array);
        for (const { at, to } of changes) if (at < bytes.length) bytes[at] = to;
        await neverWorse(() => decodeNpy('x', bytes));
        await neverWorse(() => decodeNpy('x', bytes.subarray(0, length)));
      }),
      { numRuns: 500 },
    );
  });
});
