import { crc32, deflateSync } from 'node:zlib';

/** Bytes of an image, row after row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: red, green, blue; 4: with alpha. */
  readonly channels: 1 | 3 | 4;
  readonly bytes: Uint8Array;
}

const colourTypes = { 1: 0, 3: 2, 4: 6 } as const;

/** A PNG of 8 bits, rows unfiltered. Source: RFC 2083. */
export function encodePng({ width, height, channels, bytes }: Pixels): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourTypes[channels], 0, 0, 0], 8);
  const stride = width * channels;
  const rows = Buffer.alloc(height * (stride + 1));
  for (let y = 0; y < height; y++) rows.set(bytes.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
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
