/**
 * Writes a CSV of any size, about 230 bytes a row: readings of 32 sensors of 8 machines. Six sensors tell the machines
 * apart; the other 26 are louder and tell nothing.
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
const [machines, telling, silent] = [8, 6, 26];
const { normal, below } = random(3);
const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const centres = times(machines, () => times(telling, normal));
const reading = (machine) => [
  ...centres[machine].map((value) => value + 0.3 * normal()),
  ...times(silent, () => 1.5 * normal()),
];
const file = openSync(values.out, 'w');
const bytes = Number(values.megabytes) * 1e6;
let written = writeSync(file, `machine,${times(telling + silent, (i) => `sensor_${i}`).join(',')}\n`);
while (written < bytes) {
  const rows = times(1000, () => {
    const machine = below(machines);
    return `m${machine},${reading(machine)
      .map((value) => value.toFixed(4))
      .join(',')}\n`;
  });
  written += writeSync(file, rows.join(''));
}
closeSync(file);
