import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStream } from '../../core/random/index.js';
import { encodePng } from '../../core/run/report/png.js';

const SIDE = 8;
const GROUPS = 150;

/** A folder as generators/emoji.mjs leaves it, small and drawn: each group has its patches, each style its ink and paper. */
export function drawEmoji(folder: string): string {
  for (let group = 0; group < GROUPS; group++) {
    const draw = openStream(7, 'emoji').draw(group);
    const patches = Array.from({ length: 16 }, () => [draw.uniform(), draw.uniform(), draw.uniform()]);
    mkdirSync(join(folder, `e${group}`), { recursive: true });
    for (const [style, low] of [['google', 0] as const, ['twitter', 110] as const]) {
      const bytes = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
        const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)];
        const value = patches[4 * (y >> 1) + (x >> 1)]![i % 3]!;
        return Math.round(low + 140 * value + 5 * draw.uniform());
      });
      writeFileSync(
        join(folder, `e${group}`, `${style}.png`),
        encodePng({ width: SIDE, height: SIDE, channels: 3, bytes }),
      );
    }
  }
  return folder;
}
