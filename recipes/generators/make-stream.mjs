/**
 * Writes a CSV of any size: vectors of length 32 out of 50 groups, one row each.
 *   node recipes/generators/make-stream.mjs [--megabytes 20] [--out FILE]
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { random } from './random.mjs';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '20' },
    out: { type: 'string', default: fileURLToPath(new URL('../streamed-random-pairs.csv', import.meta.url)) },
  },
});
const [groups, size] = [50, 32];
const { normal, below } = random(3);
const centres = Array.from({ length: groups }, () => Array.from({ length: size }, normal));
const file = openSync(values.out, 'w');
const bytes = Number(values.megabytes) * 1e6;
let written = writeSync(file, `group,${Array.from({ length: size }, (_, i) => `x${i}`).join(',')}\n`);
while (written < bytes) {
  const rows = Array.from({ length: 1000 }, () => {
    const group = below(groups);
    return `g${group},${centres[group].map((value) => (value + 0.8 * normal()).toFixed(4)).join(',')}\n`;
  });
  written += writeSync(file, rows.join(''));
}
closeSync(file);
