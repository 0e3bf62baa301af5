import { expect, it } from 'vitest';
import { guarded, guardedAsync } from '../../core/problem/index.js';
import { messageOf } from '../files/problem-of.js';

it.each([
  [() => new Float32Array(1e18), 'MEMORY the encoder asks for more memory than can be had in one piece (Invalid typed array length: 1000000000000000000)'], // biome-ignore format: one line
  [() => new Float32Array(Number.POSITIVE_INFINITY), 'MEMORY the encoder asks for more memory than can be had in one piece (Invalid typed array length: Infinity)'], // biome-ignore format: one line
  [() => new Float32Array(-1), 'PLUGIN_FAILED the encoder threw: Invalid typed array length: -1'],
  [() => (1).toFixed(1000), 'PLUGIN_FAILED the encoder threw: toFixed() digits argument must be between 0 and 100'],
  [() => JSON.parse('{'), /^PLUGIN_FAILED the encoder threw: .*JSON/],
])('%s is told as %s', async (act, message) => {
  const same = (said: string): void =>
    message instanceof RegExp ? expect(said).toMatch(message) : expect(said).toBe(message);
  same(await messageOf(() => guarded('the encoder', act)));
  same(await messageOf(() => guardedAsync('the encoder', async () => act())));
});
