import * as tfc from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import '../../core/engine/cpu.js';
import { openPortable } from '../../core/engine/portable.js';
import { fixed, fixedIntegers } from '../parity/case.js';

type Layer = layers.Layer;
interface Wasm extends tfc.KernelBackend {
  readonly wasm: { readonly HEAPU8: Uint8Array };
}

const listeners = (): number[] =>
  ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event));
const before = listeners();
beforeAll(() => openPortable());

/** A step of Adam on the mean square of what the layers make of `inputs`. */
function trainer(made: readonly Layer[], inputs: tfc.Tensor): () => number {
  const model = sequential({ layers: [...made] });
  const variables = model.trainableWeights.map((weight) => weight.read() as tfc.Variable);
  const optimizer = tfc.train.adam(0.01);
  return () =>
    tfc.tidy(() => {
      const loss = (): tfc.Scalar => tfc.mean(tfc.square(model.apply(inputs, { training: true }) as tfc.Tensor)); // []
      const { value, grads } = tfc.variableGrads(loss, variables);
      optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      return value.dataSync()[0]!;
    });
}

const models: Readonly<Record<string, () => () => number>> = {
  dense: () =>
    trainer(
      [
        layers.dense({ inputShape: [12], units: 16, activation: 'relu' }),
        layers.batchNormalization(),
        layers.dense({ units: 4 }),
      ],
      fixed([8, 12]),
    ),
  convolutional: () =>
    trainer(
      [
        layers.conv2d({ inputShape: [10, 10, 2], filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.separableConv2d({ filters: 5, kernelSize: 3, activation: 'swish' }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 4 }),
      ],
      fixed([6, 10, 10, 2]),
    ),
  recurrent: () =>
    trainer(
      [
        layers.embedding({ inputDim: 20, outputDim: 6, inputLength: 5 }),
        layers.gru({ units: 4 }),
        layers.layerNormalization(),
      ],
      fixedIntegers([6, 5], 20),
    ),
};

describe('openPortable', () => {
  test('makes wasm the active backend, and does so again after another was', async () => {
    const engine = await openPortable();
    expect(engine).toEqual({ name: 'portable', backend: 'wasm', tensorflow: null });
    await tfc.setBackend('cpu');
    expect(await openPortable()).toBe(engine);
    expect(tfc.getBackend()).toBe('wasm');
  });

  test('leaves the handling of uncaught exceptions to the process', () => {
    expect(listeners()).toEqual(before);
  });

  for (const [name, make] of Object.entries(models)) {
    test(`trains a ${name} model, whose steps leave no tensor and no memory behind`, () => {
      const step = make();
      const losses = Array.from({ length: 5 }, step);
      const { numTensors } = tfc.memory();
      const backend = tfc.backend() as Wasm;
      const [data, bytes] = [backend.numDataIds(), backend.wasm.HEAPU8.length];
      losses.push(...Array.from({ length: 40 }, step));
      expect([tfc.memory().numTensors, backend.numDataIds(), backend.wasm.HEAPU8.length]).toEqual([
        numTensors,
        data,
        bytes,
      ]);
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
    });
  }
});
