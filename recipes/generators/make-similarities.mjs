/**
 * Writes cosine-regression-mse.csv beside the recipes: pairs of vectors of length 8, and as their target the cosine of a
 * hidden linear map of both, plus a little noise.
 *   node recipes/generators/make-similarities.mjs [--out FILE]
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { random } from './random.mjs';

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: fileURLToPath(new URL('../cosine-regression-mse.csv', import.meta.url)) },
  },
});
const [size, hidden, count] = [8, 3, 1500];
const { normal, uniform } = random(2);
const map = Array.from({ length: hidden }, () => Array.from({ length: size }, normal));
const apply = (x) => map.map((row) => row.reduce((sum, weight, i) => sum + weight * x[i], 0));
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const cosine = (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
const names = Array.from({ length: size }, (_, i) => i);
const lines = [[...names.map((i) => `left_${i}`), ...names.map((i) => `right_${i}`), 'similarity'].join(',')];
for (let row = 0; row < count; row++) {
  const a = names.map(normal);
  const share = uniform(); // from unrelated to equal, so that all similarities occur
  const b = a.map((value) => share * value + (1 - share) * normal());
  const similarity = cosine(apply(a), apply(b)) + 0.02 * normal();
  lines.push([...a, ...b, similarity].map((value) => value.toFixed(4)).join(','));
}
writeFileSync(options.out, `${lines.join('\n')}\n`);
