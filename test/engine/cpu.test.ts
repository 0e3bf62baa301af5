import * as tfc from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import '../../core/engine/cpu.js';

test('the cpu backend computes, and prints no advice at its first use', async () => {
  const warn = vi.spyOn(console, 'warn');
  expect(await tfc.setBackend('cpu')).toBe(true);
  expect([...tfc.square(tfc.tensor1d([1, 2])).dataSync()]).toEqual([1, 4]);
  expect(warn).not.toHaveBeenCalled();
});
