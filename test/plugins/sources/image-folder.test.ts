import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageWish } from '../../../core/contract/index.js';
import { planRecipe } from '../../../core/recipe/plan.js';
import { forecast } from '../../../core/run/forecast.js';
import { builtIn } from '../../../plugins/index.js';
import { imageFolder } from '../../../plugins/sources/image-folder.js';
import { messageOf } from '../../files/problem-of.js';
import { silent } from '../../run/running.js';
import { greyPng, jpeg, lyingPng, png } from './images/pictures.js';
import { type Context, doorsTo, itemsOf, sourceWith, temporaryFolder } from './opening.js';

const folder = temporaryFolder();
const red = [255, 0, 0] as const;
const wish = (over: Partial<ImageWish> = {}): ImageWish => ({
  field: 'image',
  columns: null,
  size: null,
  channels: null,
  ...over,
});

const files = doorsTo(folder.path);
type Given = Readonly<Record<string, unknown>>;
const describeIt = (given: Given, context?: Context) =>
  sourceWith(imageFolder, given as never, context).describe(files());
async function open(given: Given, context?: Context) {
  const data = await sourceWith(imageFolder, given as never, context).open(files());
  if (data.access !== 'random') throw new Error('random access expected');
  return data;
}
const readAll = async (given: Given, context?: Context) => {
  const table = itemsOf(await open(given, context));
  return table.read(Int32Array.from({ length: table.size }, (_, row) => row));
};
/** What describing says is wrong, with or without the fields' wishes. */
const wrong = (given: Given, context?: Context) => messageOf(() => describeIt(given, context), folder.path());

/** Two groups, one of them two folders deep, and what is no image. */
async function animals(path = 'animals'): Promise<Given> {
  await folder.put(`${path}/cat/b.png`, await png(2, 1, red));
  await folder.put(
    `${path}/cat/a.PNG`,
    await png(2, 1, [
      [10, 20, 30],
      [40, 50, 60],
    ]),
  );
  await folder.put(`${path}/ant/deep/c.png`, await png(2, 1, red));
  await folder.put(`${path}/ant/notes.txt`, 'no image');
  return { path };
}

describe('a folder for each group', () => {
  it('describes from names and headers', async () => {
    expect(await describeIt(await animals())).toEqual({
      sides: {
        items: {
          size: 3,
          columns: {
            image: { kind: 'image', shape: [1, 2, 3], nullable: false },
            group: { kind: 'category', shape: null, nullable: false, input: false },
          },
        },
      },
      relation: 'groups',
      access: 'random',
      relations: 2,
    });
  });

  it('reads them in the order of their keys, in any order asked, and only what is asked', async () => {
    const data = await open(await animals());
    const table = itemsOf(data);
    expect(table.keys(Int32Array.of(0, 1, 2))).toEqual(['ant/deep/c.png', 'cat/a.PNG', 'cat/b.png']);
    expect(data.groupNames).toEqual(['ant', 'cat']);
    expect(data.groups).toEqual(Int32Array.of(0, 1, 1));
    expect(table.where(1).file).toBe(join(folder.path(), 'animals/cat/a.PNG'));
    expect(await table.read(Int32Array.of(2, 1, 1))).toEqual({
      image: Uint8Array.of(255, 0, 0, 255, 0, 0, 10, 20, 30, 40, 50, 60, 10, 20, 30, 40, 50, 60),
      group: ['cat', 'cat', 'cat'],
    });
    expect(await table.read(Int32Array.of(0), ['group'])).toEqual({ group: ['ant'] });
    await data.close();
  });

  it('reads no header where the fields say size and channels', async () => {
    await folder.put('broken/a/x.png', 'not yet looked at');
    const image = { size: [4, 3], channels: 1 } as const;
    const described = await describeIt({ path: 'broken' }, { images: [wish(image)] });
    expect(described.sides).toMatchObject({ items: { columns: { image: { shape: [4, 3, 1] } } } });
  });

  it('calls the column as the field that takes it', async () => {
    const images = [wish({ field: 'photo', size: [1, 1] })];
    const described = await describeIt(await animals(), { images });
    expect(Object.keys((described.sides as { items: { columns: object } }).items.columns)).toEqual(['photo', 'group']);
  });
});

describe('a pattern', () => {
  it('makes columns of names, the group of {group}', async () => {
    for (const name of ['ann/mon_1.png', 'ann/tue_2.png', 'bob/mon_1_b.png', 'ignored.png'])
      await folder.put(`people/${name}`, await png(1, 1, red));
    const data = await open({ path: 'people', pattern: '{group}/{session}_{name}.png' });
    expect(data.groupNames).toEqual(['ann', 'bob']);
    expect(await itemsOf(data).read(Int32Array.of(0, 1, 2), ['session', 'name'])).toEqual({
      session: ['mon', 'tue', 'mon'],
      name: ['1', '2', '1_b'],
    });
  });

  it('without {group} leaves the groups to data.relations', async () => {
    await folder.put('glyphs/Greek/alpha/1.png', await png(1, 1, red));
    const given = { path: 'glyphs', pattern: '{alphabet}/{character}/*.png' };
    expect((await describeIt(given)).relations).toBeNull();
    expect((await open(given)).groups).toBeNull();
  });

  it('that matches nothing is told with the first image', async () => {
    expect(await wrong({ ...(await animals()), pattern: '{group}_{name}.png' })).toBe(
      'DATA_EMPTY none of the 3 images below animals matches the pattern "{group}_{name}.png"; the first is ant/deep/c.png',
    );
  });
});

describe('a recipe', () => {
  it('relates, splits and asks by the columns of a pattern', async () => {
    for (let i = 0; i < 48; i++)
      await folder.put(`scripts/s${i % 6}/c${(i >> 3) % 2}/${i}.png`, await png(4, 4, [i, 0, 0]));
    const text = `version: 1
name: scripts
data:
  source: { type: image-folder, path: scripts, pattern: "{script}/{sign}/*.png" }
  relations: { group: "{script}/{sign}" }
  fields: { drawing: { kind: image, size: [4, 4], channels: 1 } }
  split: { type: unseen-groups, by: script, validation: 0.2, test: 0.4 }
encoder: { type: conv, filters: [4], padding: same, dimensions: 4 }
loss: contrastive
train: { batchSize: 16 }
evaluate: { metrics: [verification, { type: few-shot, ways: 2, within: script }] }
`;
    await folder.put('scripts.yaml', text);
    const { planned, registry, problems } = await planRecipe(join(folder.path(), 'scripts.yaml'), {
      registry: builtIn,
    });
    expect(problems).toEqual([]);
    const { signal } = new AbortController();
    const foreseen = await forecast({ planned: planned!, registry: registry!, log: silent, signal });
    expect(foreseen.problems).toEqual([]);
    expect(foreseen.data!.sizes).toEqual({ train: 16, validation: 8, test: 24 }); // whole scripts
    expect(foreseen.data!.train.groupSizes.length).toBe(4);
    expect(foreseen.inputs).toMatchObject([{ name: 'drawing', shape: [4, 4, 1] }]);
  });
});

describe('pixels', () => {
  const one = async (name: string, image: Uint8Array, how: Partial<ImageWish> & Given) => {
    await folder.put(`${name}/a/x`.concat('.png'), image);
    const { size = null, channels = null, ...options } = how;
    const cells = await readAll({ path: name, ...options }, { images: [wish({ size, channels })] });
    return Array.from(cells['image'] as Uint8Array);
  };

  it('grey is 0.299 R + 0.587 G + 0.114 B of the colours as they are stored', async () => {
    const colours = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [200, 100, 50],
    ] as const;
    expect(await one('grey', await png(4, 1, colours), { channels: 1 })).toEqual([76, 150, 29, 124]);
  });

  it('of one channel are grey in the file too', async () => {
    expect(await one('one-channel', await greyPng(2, 2, 93), {})).toEqual([93, 93, 93, 93]);
    expect(await one('one-channel', await greyPng(2, 2, 93), { channels: 3 })).toEqual(Array(12).fill(93));
  });

  it('transparency shows the background', async () => {
    const half = await png(1, 1, [200, 100, 0, 128]);
    const over = (colour: number, behind: number): number => (colour * 128 + behind * 127) / 255;
    const white = await one('half', half, {});
    for (const [i, value] of [over(200, 255), over(100, 255), over(0, 255)].entries())
      expect(Math.abs(white[i]! - value)).toBeLessThan(1.01);
    const blue = await one('half', half, { background: [0, 0, 255] });
    for (const [i, value] of [over(200, 0), over(100, 0), over(0, 255)].entries())
      expect(Math.abs(blue[i]! - value)).toBeLessThan(1.01);
    expect(await one('clear', await png(1, 1, [9, 9, 9, 0]), { background: [1, 2, 3] })).toEqual([1, 2, 3]);
  });

  it('keep their opacity with four channels', async () => {
    expect(await one('four', await png(1, 1, [200, 100, 0, 128]), { channels: 4 })).toEqual([200, 100, 0, 128]);
    expect(await one('four', await png(1, 1, [200, 100, 0]), { channels: 4 })).toEqual([200, 100, 0, 255]);
  });

  it('are turned as EXIF says', async () => {
    const sides = [
      [250, 250, 250],
      [0, 0, 0],
    ] as const; // left bright, right dark
    await folder.put('turned/a/x.jpg', await jpeg(2, 1, sides, 6)); // shown turned by 90 degrees: bright above dark
    const described = await describeIt({ path: 'turned' });
    expect(described.sides).toMatchObject({ items: { columns: { image: { shape: [2, 1, 3] } } } });
    const cells = await readAll({ path: 'turned' });
    const [above, , , below] = cells['image'] as Uint8Array;
    expect([above! > 200, below! < 50]).toEqual([true, true]);
  });

  it('are resized to the size of the field, by `fit`', async () => {
    const wide = await png(4, 2, [200, 200, 200]);
    expect(await one('fit', wide, { size: [2, 2], channels: 1 })).toEqual([200, 200, 200, 200]);
    expect(await one('fit', wide, { size: [2, 2], channels: 1, fit: 'crop' })).toEqual([200, 200, 200, 200]);
    const padded = await one('fit', wide, { size: [4, 4], channels: 1, fit: 'pad', background: [0, 0, 0] });
    expect(padded).toEqual([...Array(4).fill(0), ...Array(8).fill(200), ...Array(4).fill(0)]);
  });
});

describe('planted faults', () => {
  it('a file that does not decode: which, and why; or it is left out and counted', async () => {
    await animals('faulty');
    await folder.put('faulty/cat/c.png', 'hello');
    await folder.put('faulty/cat/d.png', (await png(2, 1, red)).slice(0, -20));
    await folder.put('faulty/cat/e.png', new Uint8Array());
    const message = 'DATA_FORMAT faulty/cat/c.png does not decode: it is none of PNG, JPEG, GIF, WebP, TIFF, AVIF';
    expect(await wrong({ path: 'faulty' })).toBe(message);
    const images = [wish({ size: [1, 2], channels: 3 })]; // then only reading finds it
    expect(await messageOf(() => readAll({ path: 'faulty' }, { images }), folder.path())).toBe(message);
    const told: string[] = [];
    const log = {
      debug: () => {},
      info: () => {},
      warn: (text: string) => void told.push(text.replaceAll(`${folder.path()}/`, '')),
    };
    for (const context of [{ log, images }, { log }]) {
      told.length = 0;
      const data = await open({ path: 'faulty', unreadable: 'skip', pattern: '{group}/*.*' }, context);
      expect(itemsOf(data).keys(Int32Array.of(0, 1))).toEqual(['cat/a.PNG', 'cat/b.png']);
      expect(itemsOf(data).size).toBe(2);
      expect(told[0]).toMatch(
        /^3 of 5 images in faulty are left out: faulty\/cat\/c.png does not decode: it is none of /,
      );
      expect(told[0]).toContain('faulty/cat/e.png does not decode: it is empty');
    }
    expect((await describeIt({ path: 'faulty', unreadable: 'skip' })).sides).toMatchObject({ items: { size: null } });
  });

  it('what is found to decode is decoded once more only when it is read again', async () => {
    await animals('held');
    const data = await open({ path: 'held', unreadable: 'skip', pattern: '{group}/*.*' });
    const rows = Int32Array.of(1, 0, 1);
    await folder.put('held/cat/a.PNG', 'gone');
    const first = (await itemsOf(data).read(rows))['image'] as Uint8Array;
    const whole = await open({ path: 'held', unreadable: 'skip', pattern: '{group}/b.*' });
    const one = (await itemsOf(whole).read(Int32Array.of(0)))['image'] as Uint8Array;
    expect([first.subarray(0, one.length), first.subarray(2 * one.length)]).toEqual([one, one]);
    expect(first.subarray(one.length, 2 * one.length)).not.toEqual(one);
    expect((await itemsOf(data).read(Int32Array.of(1)))['image']).toEqual(one); // anew, as it is still there
    await expect(itemsOf(data).read(rows)).rejects.toThrow('a.PNG');
  });

  it('a file that is cut short', async () => {
    await folder.put('cut/a/x.png', (await png(64, 64, [[1, 2, 3], ...Array(4095).fill([9, 200, 7])])).slice(0, -40));
    expect(await messageOf(() => readAll({ path: 'cut' }), folder.path())).toMatch(
      /^DATA_FORMAT cut\/a\/x.png does not decode: \w/,
    );
  });

  it('sizes that differ, and grey beside colour: two files, and what to say', async () => {
    await folder.put('mixed/a/x.png', await png(2, 1, red));
    await folder.put('mixed/b/y.png', await png(3, 1, red));
    expect(await wrong({ path: 'mixed' })).toBe(
      'DATA_SIZE images of different size: mixed/a/x.png is 2 x 1, mixed/b/y.png 3 x 1; say the size that all are made of: data.fields: { image: { kind: image, size: [height, width] } }',
    );
    await describeIt({ path: 'mixed' }, { images: [wish({ size: [1, 2] })] });
    await folder.put('tones/a/x.png', await png(2, 1, red));
    await folder.put('tones/b/y.png', await greyPng(2, 1, 7));
    expect(await wrong({ path: 'tones' })).toBe(
      'DATA_SIZE tones/b/y.png is grey, tones/a/x.png in colour; say which: data.fields: { image: { kind: image, channels: 1 or 3 } }',
    );
  });

  it('a billion pixels: refused before they are decoded', async () => {
    await folder.put('bomb/a/x.png', lyingPng(40_000, 30_000));
    const message =
      'DATA_SIZE bomb/a/x.png says that it has 40000 x 30000 pixels; more than 100000000 (data.source.mostPixels) are not decoded';
    expect(await wrong({ path: 'bomb' })).toBe(message);
    const images = [wish({ size: [8, 8], channels: 3 })];
    const before = process.memoryUsage().rss;
    expect(await messageOf(() => readAll({ path: 'bomb' }, { images }), folder.path())).toBe(message);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  });

  it('a header that says more than is there', async () => {
    await folder.put('liar/a/x.png', lyingPng(400, 300));
    expect(await messageOf(() => readAll({ path: 'liar' }), folder.path())).toMatch(
      /^DATA_FORMAT liar\/a\/x.png does not decode: \w/,
    );
  });

  it('a folder of a group without images, an image outside of one, no image at all, no folder', async () => {
    await animals('holes');
    await mkdir(join(folder.path(), 'holes/dog'));
    expect(await wrong({ path: 'holes' })).toBe(
      "DATA_EMPTY the group's folder dog holds no image: fill or remove it, or name what is read by `pattern`",
    );
    await folder.put('holes/eel/readme.md', '');
    expect(await wrong({ path: 'holes' })).toBe(
      "DATA_EMPTY the groups' folders dog, eel hold no image: fill or remove them, or name what is read by `pattern`",
    );
    expect((await describeIt({ path: 'holes', pattern: '{group}/*.*' })).relations).toBe(1);
    await animals('stray');
    await folder.put('stray/x.png', await png(2, 1, red));
    expect(await wrong({ path: 'stray' })).toMatch(/^DATA_FORMAT x.png lies in stray itself, in no group's folder: /);
    await mkdir(join(folder.path(), 'empty/a'), { recursive: true });
    expect(await wrong({ path: 'empty' })).toBe(
      'DATA_EMPTY empty holds no image (files that end with png, jpg, jpeg, webp, gif, tif, tiff, avif)',
    );
    expect(await wrong({ path: 'nowhere' })).toMatch(/^DATA_MISSING nowhere\S* does not exist/);
  });

  it('fields that one file cannot be', async () => {
    const given = await animals();
    const two = [wish({ field: 'a', size: [1, 1] }), wish({ field: 'b', size: [2, 2] })];
    expect(await wrong(given, { images: two })).toBe(
      'FIELD the fields "a" and "b" want one image in two ways: a file is one column, of one size',
    );
    expect(await wrong(given, { images: [wish({ channels: 2 })] })).toMatch(/^FIELD field "image": channels is 2; /);
    expect(await wrong({ ...given, pattern: '{group}/{image}.*' })).toMatch(
      /^FIELD \{image\} of data.source.pattern has the name/,
    );
  });
});
