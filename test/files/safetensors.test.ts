import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../../core/files/index.js';
import { messageOf, neverWorse } from './problem-of.js';

const fixture = fileURLToPath(new URL('fixtures/python.safetensors', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siamese-tensors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file out of a header's text and its data. */
function file(header: unknown, data = 0): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = Buffer.alloc(8 + text.length + data);
  bytes.writeBigUInt64LE(BigInt(text.length));
  text.copy(bytes, 8);
  return bytes;
}
const wrong = (bytes: Uint8Array): Promise<string> => messageOf(() => decodeSafetensors('x.safetensors', bytes));
const one = (entry: object, data: number): Uint8Array =>
  file(
    {
      a: { dtype: 'U8', shape: [2], data_offsets: [0, 2], ...entry },
      b: { dtype: 'U8', shape: [2], data_offsets: [2, 4] },
    },
    data,
  );

describe('a file by Python', () => {
  it('is read with every type', async () => {
    const { tensors, metadata } = await readSafetensors(fixture);
    expect(metadata).toEqual({ format: 'np', 'written by': 'python é' });
    expect(Object.fromEntries(tensors)).toEqual({
      'encoder/dense_1/kernel': { dtype: 'F32', shape: [2, 3], data: Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25) },
      'encoder/dense_1/bias': { dtype: 'F32', shape: [3], data: Float32Array.of(-1.5, 0, 2) },
      wide: { dtype: 'F64', shape: [2], data: Float64Array.of(0.1, -2.5) },
      steps: { dtype: 'I64', shape: [2], data: BigInt64Array.of(2n ** 40n, -3n) },
      rows: { dtype: 'I32', shape: [2, 1], data: Int32Array.of(7, -8) },
      bytes: { dtype: 'U8', shape: [2], data: Uint8Array.of(0, 255) },
      mask: { dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
      scalar: { dtype: 'F32', shape: [], data: Float32Array.of(3.25) },
      empty: { dtype: 'F32', shape: [0, 4], data: new Float32Array() },
    });
  });

  it('is written by us in another order of equal sizes, but with the same contents', async () => {
    const { tensors, metadata } = await readSafetensors(fixture);
    const path = join(folder, 'again.safetensors');
    await writeSafetensors(path, tensors, metadata);
    expect(await readSafetensors(path)).toEqual({ tensors, metadata });
    expect((await readFile(path)).length % 8).toBe((await readFile(fixture)).length % 8);
  });
});

describe('writing', () => {
  it('gives exactly these bytes, whatever the order', () => {
    const a: StoredTensor = { dtype: 'U8', shape: [1], data: Uint8Array.of(9) };
    const b: StoredTensor = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(1) };
    const joined = (names: [string, StoredTensor][]): Buffer =>
      Buffer.concat(encodeSafetensors(new Map(names), { z: '1', epoch: '2' }));
    const header =
      '{"__metadata__":{"epoch":"2","z":"1"},"b":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},' +
      '"10":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},"a":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}}';
    const length = Math.ceil(header.length / 8) * 8;
    const bytes = joined([
      ['a', a],
      ['b', b],
      ['10', a],
    ]);
    expect(bytes.readBigUInt64LE()).toBe(BigInt(length));
    expect(bytes.toString('latin1', 8, 8 + length)).toBe(header.padEnd(length));
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 9, 9]);
    expect(
      joined([
        ['10', a],
        ['b', b],
        ['a', a],
      ]),
    ).toEqual(bytes);
  });

  it('refuses data that does not fill its shape, and the reserved name', () => {
    const tensor: StoredTensor = { dtype: 'F32', shape: [2], data: Float32Array.of(1) };
    expect(() => encodeSafetensors(new Map([['w', tensor]]))).toThrow('w: 1 values do not fill [2]');
    expect(() => encodeSafetensors(new Map([['__metadata__', { ...tensor, shape: [1] }]]))).toThrow('__metadata__');
  });

  it('property: what is written is read back, from memory and with odd names', async () => {
    const sizes = fc.array(fc.nat(3), { maxLength: 3 });
    const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
    const floats = sizes.chain((shape) =>
      fc
        .float32Array({ minLength: count(shape), maxLength: count(shape) })
        .map((data): StoredTensor => ({ dtype: 'F32', shape, data })),
    );
    const bytes = sizes.chain((shape) =>
      fc
        .uint8Array({ minLength: count(shape), maxLength: count(shape) })
        .map((data): StoredTensor => ({ dtype: 'U8', shape, data })),
    );
    const longs = sizes.chain((shape) =>
      fc
        .bigInt64Array({ minLength: count(shape), maxLength: count(shape) })
        .map((data): StoredTensor => ({ dtype: 'I64', shape, data })),
    );
    const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', '7', 'constructor', ''));
    const tensors = fc.array(
      fc.tuple(
        name.filter((text) => text !== '__metadata__'),
        fc.oneof(floats, bytes, longs),
      ),
    );
    await fc.assert(
      fc.asyncProperty(tensors, fc.dictionary(fc.string(), fc.string()), async (entries, metadata) => {
        const map = new Map(entries);
        const back = await decodeSafetensors('x', Buffer.concat(encodeSafetensors(map, metadata)));
        expect(back.tensors).toEqual(map);
        expect(back.metadata).toEqual({ ...metadata });
      }),
    );
  });
});

describe('damaged files', () => {
  it('say what is wrong', async () => {
    const range = (data_offsets: unknown): object => ({ data_offsets });
    expect(await wrong(new Uint8Array(3))).toContain(
      'RUN_FOLDER x.safetensors is not a safetensors file: it has 3 bytes',
    );
    expect(await wrong(Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 123))).toContain(
      'it says its header has 9 bytes, the file has 9',
    );
    expect(await wrong(Uint8Array.from({ length: 40 }, () => 255))).toContain('is cut short: it says its header has');
    expect(await wrong(file('{"a":'))).toBe('RUN_FOLDER x.safetensors is damaged: its header is not a JSON object');
    expect(await wrong(file('[]'))).toContain('is not a JSON object');
    expect(await wrong(file('{"a\ufffd'.replace('\ufffd', '\u00ff')))).toContain('is not a JSON object');
    expect(await wrong(file('{"a":1,"a":2}'))).toBe('RUN_FOLDER x.safetensors is damaged: its header holds "a" twice');
    expect(await wrong(file('{"__metadata__":{"k":"1","\\u006b":"2"}}'))).toContain('holds "k" twice');
    expect(await wrong(file({ __metadata__: { a: 1 } }))).toContain('its metadata is not a map of strings');
    expect(await wrong(file({ a: { dtype: 'U8', shape: [] } }))).toContain(
      '"a" is not described by dtype, shape and data_offsets',
    );
    expect(await wrong(one({ dtype: 'BF16' }, 4))).toContain(
      'holds "a" as BF16: F64, I64, F32, I32, U8, BOOL are read',
    );
    expect(await wrong(one({ dtype: 'toString' }, 4))).toContain('holds "a" as toString');
    const deep = `{"a":{"dtype":${'['.repeat(50_000)}${']'.repeat(50_000)},"shape":[],"data_offsets":[0,0]}}`;
    expect(await wrong(file(deep))).toContain('holds "a" as no type at all');
    expect(await wrong(one({ dtype: { toString: 1 } }, 4))).toContain('holds "a" as no type at all');
    expect(await wrong(one({ shape: [-1] }, 4))).toContain('the shape of "a" is not made of whole numbers');
    expect(await wrong(one({ shape: [1.5] }, 4))).toContain('the shape of "a" is not made of whole numbers');
    expect(await wrong(one({ shape: [2 ** 52, 2 ** 52] }, 4))).toContain(
      '"a" is U8 [4503599627370496, 4503599627370496]',
    );
    expect(await wrong(one({ dtype: 'I32' }, 4))).toContain('"a" is I32 [2], 8 bytes, but has 2');
    expect(await wrong(one(range([0]), 4))).toContain('"a" has no byte range');
    expect(await wrong(one(range([2, 0]), 4))).toContain('but has -2');
    expect(await wrong(one(range([1, 3]), 4))).toContain(
      '"a" leaves a gap before it (it begins at byte 1, expected 0)',
    );
    expect(await wrong(one({ shape: [3], ...range([0, 3]) }, 4))).toContain(
      '"b" overlaps the tensor before it (it begins at byte 2, expected 3)',
    );
    expect(await wrong(one({}, 3))).toBe('RUN_FOLDER x.safetensors is cut short: its tensors take 4 bytes, it holds 3');
    expect(await wrong(one({}, 5))).toBe('RUN_FOLDER x.safetensors is damaged: its tensors take 4 bytes, it holds 5');
    await expect(decodeSafetensors('x', one({}, 4))).resolves.toHaveProperty('metadata', {});
  });

  it('take the code that the caller gives', async () => {
    expect(await messageOf(() => decodeSafetensors('x', file('1'), 'DATA_FORMAT'))).toMatch(/^DATA_FORMAT /);
    expect(await messageOf(() => readSafetensors(join(folder, 'absent')), folder)).toBe(
      'RUN_FOLDER cannot read absent: it does not exist (ENOENT)',
    );
    expect(await messageOf(() => readSafetensors(folder), folder)).toBe(
      'RUN_FOLDER cannot read <folder>: it is not a file',
    );
  });

  it('property: changed or cut bytes are a problem or a tensor, nothing else', async () => {
    const good = await readFile(fixture);
    const change = fc.record({ at: fc.nat(good.length - 1), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.nat(good.length),
        async (changes, length) => {
          const bytes = Uint8Array.from(good);
          for (const { at, to } of changes) bytes[at] = to;
          await neverWorse(() => decodeSafetensors('x', bytes));
          await neverWorse(() => decodeSafetensors('x', bytes.subarray(0, length)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('property: any JSON as a header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.nat(20), async (header, data) =>
        neverWorse(() => decodeSafetensors('x', file(header, data))),
      ),
    );
  });
});
