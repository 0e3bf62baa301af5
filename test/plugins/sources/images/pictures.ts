import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

export type Colour = readonly [red: number, green: number, blue: number, opacity?: number];

/** A PNG of one colour, or of pixels row after row. */
export const png = (width: number, height: number, colours: Colour | readonly Colour[]): Promise<Uint8Array> =>
  sharp(raw(width * height, colours), { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
/** A JPEG of one colour, turned as `orientation` says. */
export const jpeg = (
  width: number,
  height: number,
  colours: readonly Colour[],
  orientation: number,
): Promise<Uint8Array> =>
  sharp(raw(width * height, colours), { raw: { width, height, channels: 4 } })
    .flatten()
    .withMetadata({ orientation })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
export const greyPng = (width: number, height: number, value: number): Promise<Uint8Array> =>
  sharp(Buffer.alloc(width * height, value), { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();

function raw(count: number, colours: Colour | readonly Colour[]): Buffer {
  const one = typeof colours[0] === 'number';
  const all = one ? Array.from({ length: count }, () => colours as Colour) : (colours as readonly Colour[]);
  return Buffer.from(all.flatMap(([r, g, b, opacity = 255]) => [r, g, b, opacity]));
}

/** A PNG whose header says a size that its data does not have. */
export function lyingPng(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(16))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
