/** Small drawings as PNG files: what the tiny recipes of images read. */
import { crc32, deflateSync } from 'node:zlib';
import { random } from './random.mjs';

const SIDE = 10;
const pens = { blue: [40, 70, 200], green: [30, 150, 60], red: [200, 40, 40] };
/** Strokes over the middle 6 x 6 pixels. */
const strokes = [
  (_x, y) => y === 2,
  (x) => x === 2,
  (x, y) => x === y,
  (x, y) => x + y === 5,
  (_x, y) => y === 0 || y === 5,
  (x) => x === 0 || x === 5,
  (x, y) => x === 0 || y === 5,
  (x, y) => (x === 2 || x === 3) && (y === 2 || y === 3),
];

/** Files `MARK/PEN_NUMBER.png`: 8 marks, each drawn 5 times with 3 pens on paper of any brightness, moved by up to a pixel. */
export function marks() {
  const { below, normal, uniform } = random(21);
  const files = [];
  for (const [mark, stroke] of strokes.entries()) {
    for (const [pen, ink] of Object.entries(pens)) {
      for (let number = 0; number < 5; number++) {
        const [dx, dy, paper] = [below(3) + 1, below(3) + 1, 150 + 100 * uniform()];
        const bytes = [];
        for (let y = 0; y < SIDE; y++) {
          for (let x = 0; x < SIDE; x++) {
            const [u, v] = [x - dx, y - dy];
            const drawn = u >= 0 && u < 6 && v >= 0 && v < 6 && stroke(u, v);
            for (const colour of ink) bytes.push(shade((drawn ? colour : paper) + 15 * normal()));
          }
        }
        files.push([`m${mark}/${pen}_${number}.png`, png(SIDE, SIDE, bytes)]);
      }
    }
  }
  return files;
}

const shade = (value) => Math.min(255, Math.max(0, Math.round(value)));

/** A PNG of 8 bits and three channels, not compressed, so that its bytes are the same everywhere. Source: RFC 2083. */
function png(width, height, bytes) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const stride = 3 * width;
  const rows = Buffer.concat(
    Array.from({ length: height }, (_, y) => Buffer.from([0, ...bytes.slice(y * stride, (y + 1) * stride)])),
  );
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(rows, { level: 0 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type, data) {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, data.length + 8)), data.length + 8);
  return framed;
}
