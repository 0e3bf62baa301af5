import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { encodeNpy, encodeNpz, type NpyArray } from '../../../core/files/index.js';
import { arrays } from '../../../plugins/sources/arrays.js';
import { cellsOf, itemsOf, looking, temporaryFolder } from './opening.js';

const folder = temporaryFolder();
const source = looking(arrays, folder.path);
const floats = (shape: readonly number[], ...data: number[]): NpyArray => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(data),
});
const codes = (...data: number[]): NpyArray => ({ shape: [data.length], dtype: 'int32', data: Int32Array.from(data) });

it('several .npy files are one array, in the order of their paths, read by position', async () => {
  await folder.put('b.npy', encodeNpy(floats([1, 2], 5, 6)));
  await folder.put('a.npy', encodeNpy(floats([2, 2], 1, 2, 3, 4)));
  await folder.put('groups-a.npy', encodeNpy(codes(7, 7)));
  await folder.put('groups-b.npy', encodeNpy(codes(9)));
  const given = { items: '{b,a}.npy', groups: 'groups-*.npy' };
  const data = await source.open(given);
  const items = itemsOf(data);
  expect(items.onDisk).toBe(true);
  expect(await cellsOf(items, 2, 0, 1)).toEqual(Float32Array.of(5, 6, 1, 2, 3, 4));
  expect(items.where(2)).toMatchObject({ file: expect.stringMatching(/b\.npy$/), row: 0 });
  expect(Array.from(data.groups!)).toEqual([0, 0, 1]);
  await data.close();
  expect((await source.describe(given)).sides).toMatchObject({
    items: { size: 3, columns: { items: { shape: [2] } } },
  });
});

it('arrays that lie unpacked in .npz are read by position, packed ones are loaded', async () => {
  const stored = (x: NpyArray): Uint8Array => zipSync({ 'x.npy': encodeNpy(x) }, { level: 0 });
  await folder.put('stored-1.npz', stored(floats([2], 1, 2)));
  await folder.put('stored-2.npz', stored(floats([1], 3)));
  await folder.put('packed-1.npz', encodeNpz({ x: floats([2], 1, 2) }));
  await folder.put('packed-2.npz', encodeNpz({ x: floats([1], 3) }));
  for (const [name, onDisk] of [
    ['stored', true],
    ['packed', undefined],
  ] as const) {
    const data = await source.open({ items: `${name}-*.npz#x`, groups: ['p', 'p', 'q'] });
    expect(itemsOf(data).onDisk).toBe(onDisk);
    expect(await cellsOf(itemsOf(data), 0, 1, 2)).toEqual(Float32Array.of(1, 2, 3));
    await data.close();
  }
});

it('files that do not agree are an error that names both; a pattern without files too', async () => {
  await folder.put('w-1.npy', encodeNpy(floats([1, 2], 1, 2)));
  await folder.put('w-2.npy', encodeNpy(floats([1, 3], 1, 2, 3)));
  expect(await source.wrong({ items: 'w-*.npy', groups: ['p', 'q'] })).toMatch(
    /w-1\.npy holds float32 of shape \[2\] in each row, .*w-2\.npy float32 of shape \[3\]: files of one array must agree/,
  );
  expect(await source.wrong({ items: 'none-*.npy', groups: ['p'] })).toContain('no file matches none-*.npy');
});
