import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { siameseIn, sound, workFolder } from './command.js';

/**
 * Processor time of checking, as the process itself counts it. A processor that is shared by others takes longer for the
 * same; how much, a fixed piece of work beside it tells: what is allowed is stretched by that, and never shortened.
 */
const folder = workFolder();
const spy = `import { writeSync } from 'node:fs';
process.on('exit', () => { const { user, system } = process.cpuUsage(); writeSync(2, 'cpu ' + (user + system) / 1e6); });
`;
writeFileSync(join(folder, 'cpu.mjs'), spy);
const secondsOf = (args: readonly string[]): number => {
  const { status, stderr } = siameseIn(folder, ['validate', ...args], ['--import', './cpu.mjs']);
  expect(status, stderr).toBe(0);
  return Number(/cpu ([\d.]+)$/.exec(stderr)![1]);
};
/** What Node takes to print its version by this program, on two quiet cores: 0.1 s. */
const QUIET = 0.1;
const stretch = (): number => {
  const { stderr } = siameseIn(folder, ['--version'], ['--import', './cpu.mjs']);
  return Math.max(1, Number(/cpu ([\d.]+)$/.exec(stderr)![1]) / QUIET);
};
const least = (measure: () => number): number => Math.min(measure(), measure(), measure());

it('a single recipe takes under half a second', () => {
  writeFileSync(join(folder, 'one.yaml'), sound);
  expect(least(() => secondsOf(['one.yaml']))).toBeLessThan(0.5 * least(stretch));
});

it('a thousand recipes take under 3 seconds in one process', { timeout: 120_000 }, () => {
  mkdirSync(join(folder, 'many'));
  const losses = ['contrastive', '{ type: triplet, margin: 0.3 }', '{ type: contrastive, margin: 0.5 }', 'supcon'];
  for (let i = 0; i < 1000; i++) {
    const text = `${sound.replace('contrastive', losses[i % losses.length]!)}seed: ${i}\ntrain: { epochs: ${1 + (i % 9)}, batchSize: 64 }\n`;
    writeFileSync(join(folder, 'many', `${i}.yaml`), text);
  }
  expect(secondsOf(['many/*.yaml', '--no-data'])).toBeLessThan(3 * least(stretch));
});
