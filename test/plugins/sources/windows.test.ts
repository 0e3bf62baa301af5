import { expect, it } from 'vitest';
import { refuseLeaks } from '../../../core/data/overlaps.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import { windows } from '../../../plugins/sources/windows.js';
import { cellsOf, itemsOf, looking, temporaryFolder } from './opening.js';

const folder = temporaryFolder();
const source = looking(windows, folder.path);
const floats = (...numbers: number[]): Float32Array => Float32Array.from(numbers);
const csv =
  'who,session,x,y\na,1,1,10\na,1,2,20\na,1,3,30\na,2,4,40\na,2,5,50\nb,2,6,60\nb,2,7,70\nb,2,8,80\nb,2,9,90\n';

it('is a valid plugin', () => {
  expect(faultsOf(windows, 'siamese')).toEqual([]);
});

it('windows stay within a run of rows that agree, and give each row as it stands', async () => {
  await folder.put('a.csv', csv);
  const given = { path: 'a.csv', length: 2, stride: 1, by: 'session', group: 'who' };
  const data = await source.open(given);
  const items = itemsOf(data);
  expect(items.size).toBe(6); // 1-2 2-3 | 4-5 | 6-7 7-8 8-9
  expect(await cellsOf(items, 1, 2, 5)).toEqual(floats(2, 20, 3, 30, 4, 40, 5, 50, 8, 80, 9, 90));
  expect((await items.read(Int32Array.of(2, 3)))['session']).toEqual(['2', '2']);
  expect(Array.from(data.groups!)).toEqual([0, 0, 0, 1, 1, 1]);
  expect(items.keys(Int32Array.of(0, 5))).toEqual(['1/0', '2/7']);
  expect(items.where(3).line).toBe(7);
  expect(data.overlaps).toEqual({
    sequence: Int32Array.of(0, 0, 1, 2, 2, 2),
    start: Int32Array.of(0, 1, 3, 5, 6, 7),
    length: 2,
    by: 'session',
  });
  const { sides } = await source.describe(given);
  expect(sides).toMatchObject({
    items: { size: 6, columns: { items: { kind: 'sequence', shape: [2, 2], nullable: false } } },
  });
});

it('without a stride they do not overlap; the rest of a run is left out; channels are chosen', async () => {
  await folder.put('b.csv', csv);
  const data = await source.open({ path: 'b.csv', length: 2, by: 'who', channels: ['y'] });
  expect(data.overlaps).toBeUndefined();
  expect(itemsOf(data).size).toBe(4);
  expect(await cellsOf(itemsOf(data), 0, 3)).toEqual(floats(10, 20, 80, 90));
  expect(data.groupNames).toEqual(['a', 'b']);
});

it('what cannot be cut is told', async () => {
  await folder.put('c.csv', csv);
  expect(await source.wrong({ path: 'c.csv', length: 2 })).toContain('name it by `group`, or by `by`');
  expect(await source.wrong({ path: 'c.csv', length: 9, by: 'who' })).toContain(
    'has no window of 9 rows: the longest run of rows that agree in who has 5',
  );
  expect(await source.wrong({ path: 'c.csv', length: 2, by: 'who', channels: ['session', 'z'] })).toContain(
    'no column "z"',
  );
  expect(await source.wrong({ path: 'c.csv', length: 2, by: 'whom' })).toContain('no column "whom"');
});

it('windows that share rows must not be parted; those left out are of no part', () => {
  const overlaps = { sequence: Int32Array.of(0, 0, 0, 1), start: Int32Array.of(0, 2, 4, 5), length: 4, by: 'session' };
  refuseLeaks(overlaps, ['train', 'train', 'train', 'test']);
  refuseLeaks(overlaps, ['train', 'unused', 'test', 'test']);
  expect(() => refuseLeaks(overlaps, ['train', 'train', 'test', 'test'])).toThrow(
    'SPLIT: the split puts 1 pairs of windows that share rows in different parts',
  );
  expect(() => refuseLeaks({ ...overlaps, length: 5 }, ['train', 'unused', 'test', 'test'])).toThrow(/1 pairs/);
});
