/** Own file: the backend of a process is chosen once here. */
import * as tfc from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { expect, test } from 'vitest';
import { conv } from '../../plugins/encoders/conv.js';
import { build, input } from '../plugins/encoders/building.js';

test('an encoder that is built before an engine is chosen moves to it', async () => {
  expect(tfc.engine().backendName).toBeUndefined();
  const make = (seed: number | null) =>
    build(conv, [input('image', [8, 8, 1])], {
      options: { filters: [3], dimensions: 4, batchNormalization: true },
      seed,
    });
  const [drawnBefore, drawnAfter] = [make(7), make(null)];
  expect(tfc.getBackend()).toBe('cpu');
  expect(drawnAfter.parameters).toBe(9 * 3 + 4 * 3 + 27 * 4 + 4);
  const x = Float32Array.from({ length: 128 }, (_, i) => Math.sin(i));
  const embed = (encoder: typeof drawnBefore): number[] =>
    tfc.tidy(() => {
      const index = tfc.scalar(0, 'int32');
      const step = { training: false, random: null as never, index, progress: tfc.scalar(0) };
      return [...encoder.apply([tfc.tensor(x, [2, 8, 8, 1])], step).dataSync()];
    });
  const onCpu = embed(drawnBefore);

  expect(await tfc.setBackend('wasm')).toBe(true);
  drawnAfter.initialize(7);
  for (const [i, { variable }] of drawnAfter.weights.entries()) {
    expect([...variable.dataSync()]).toEqual([...drawnBefore.weights[i]!.variable.dataSync()]);
  }
  for (const encoder of [drawnBefore, drawnAfter]) {
    for (const [i, value] of embed(encoder).entries()) expect(value).toBeCloseTo(onCpu[i]!, 5);
  }
  drawnBefore.dispose();
  drawnAfter.dispose();
});
