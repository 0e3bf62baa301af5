import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openDecoder, requireSharp } from '../../../../plugins/sources/images/decode.js';
import { formatOf } from '../../../../plugins/sources/images/format.js';
import { problemOf } from '../../../files/problem-of.js';
import { temporaryFolder } from '../opening.js';
import { png } from './pictures.js';

const folder = temporaryFolder();
const how = { fit: 'stretch', background: [255, 255, 255], mostPixels: 1e6 } as const;

describe('without sharp', () => {
  it('the command that installs it is told, before anything is read', async () => {
    const elsewhere = pathToFileURL(join(folder.path(), 'module.js')).href;
    expect(await problemOf(() => requireSharp(elsewhere))).toMatchObject({
      code: 'PLUGIN_LOAD',
      message: 'images are decoded by the package sharp, which is not installed',
      hint: 'npm install sharp@0.35.5',
    });
    const absent = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    expect((await problemOf(() => openDecoder(how, () => Promise.reject(absent)))).message).toMatch(
      /is not installed$/,
    );
    const broken = new Error('Could not load the "sharp" module using the linux-x64 runtime\nmore');
    expect((await problemOf(() => openDecoder(how, () => Promise.reject(broken)))).message).toBe(
      'images are decoded by the package sharp, which cannot be loaded (Could not load the "sharp" module using the linux-x64 runtime)',
    );
  });
});

describe('formats', () => {
  const image = async () => sharp(await png(8, 8, [200, 100, 50]));
  it.each(['png', 'jpeg', 'gif', 'webp', 'tiff', 'avif'] as const)(
    '%s is told by how it begins, and decoded',
    async (format) => {
      const bytes = await (await image()).toFormat(format, { quality: 100 }).toBuffer();
      expect(formatOf(bytes)).toBe(format);
      const decoder = await openDecoder(how);
      const pixels = await decoder.decode({ path: 'x', bytes }, { height: 2, width: 2, channels: 3 });
      expect(pixels.length).toBe(12);
      for (const [i, value] of [200, 100, 50].entries()) expect(Math.abs(pixels[i]! - value)).toBeLessThan(8);
    },
  );

  it('no other decoder sees the bytes', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
    expect((await sharp(svg).metadata()).format).toBe('svg'); // sharp would
    const decoder = await openDecoder(how);
    expect((await problemOf(() => decoder.header({ path: 'x.png', bytes: svg }))).message).toBe(
      'x.png does not decode: it is none of PNG, JPEG, GIF, WebP, TIFF, AVIF',
    );
  });

  it('16 bits a channel become 8, also of grey', async () => {
    const deep = Uint16Array.of(0x8080, 0xffff, 0, 0x4040);
    const bytes = await sharp(deep, { raw: { width: 4, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const decoder = await openDecoder(how);
    expect(await decoder.header({ path: 'x', bytes })).toEqual({ height: 1, width: 4, channels: 1 });
    const pixels = await decoder.decode({ path: 'x', bytes }, { height: 1, width: 4, channels: 1 });
    expect(Array.from(pixels)).toEqual([128, 255, 0, 64]);
  });
});
