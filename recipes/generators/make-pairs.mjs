/**
 * Writes dense-concat-bce.npz beside the recipes: pairs of vectors of length 10 out of 8 groups, half of them of one group.
 *   node recipes/generators/make-pairs.mjs [--out FILE]
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeNpz } from '../../dist/core/files/index.js';
import { random } from './random.mjs';

const { values: options } = parseArgs({
  options: { out: { type: 'string', default: fileURLToPath(new URL('../dense-concat-bce.npz', import.meta.url)) } },
});
const [groups, size, count] = [8, 10, 2000];
const { normal, below, uniform } = random(1);
const centres = Array.from({ length: groups }, () => Array.from({ length: size }, normal));
const item = (group) => centres[group].map((value) => value + 0.5 * normal());
const left = new Float32Array(count * size);
const right = new Float32Array(count * size);
const target = new Float32Array(count);
for (let i = 0; i < count; i++) {
  const a = below(groups);
  const b = uniform() < 0.5 ? a : (a + 1 + below(groups - 1)) % groups;
  left.set(item(a), i * size);
  right.set(item(b), i * size);
  target[i] = Number(a === b);
}
const arrays = {
  left: { shape: [count, size], dtype: 'float32', data: left },
  right: { shape: [count, size], dtype: 'float32', data: right },
  target: { shape: [count], dtype: 'float32', data: target },
};
writeFileSync(options.out, encodeNpz(arrays));
