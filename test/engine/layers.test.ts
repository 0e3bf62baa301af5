import * as tfc from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import type { EncoderContext, SymbolicTensor } from '../../core/contract/index.js';
import { layers } from '../../core/engine/layers.js';
import { type BuiltEncoder, buildEncoder } from '../../core/train/encoder.js';
import { input } from '../plugins/encoders/building.js';
import { expectClose } from '../plugins/numeric.js';
import { stepAt, valuesOf } from './steps.js';

type Body = (x: SymbolicTensor, layers: EncoderContext['layers']) => SymbolicTensor;

/** An encoder of one vector input, made of `body`. */
function built(size: number, body: Body, path = 'encoder'): BuiltEncoder {
  return buildEncoder({
    plugin: 'test',
    inputs: [input('vector', [size])],
    seed: 7,
    path,
    create: (context) => {
      const x = context.input(context.inputs[0]!);
      return context.model({ inputs: [x], outputs: body(x, context.layers) });
    },
  });
}
const only =
  (layer: { apply(x: SymbolicTensor): unknown }): Body =>
  (x) =>
    layer.apply(x) as SymbolicTensor;

describe('normalize', () => {
  test('divides by the length, leaves zero alone', () => {
    const x = tfc.tensor2d([
      [3, 4],
      [0, 0],
      [-2, 0],
    ]);
    const y = layers.normalize().apply(x) as tfc.Tensor;
    expectClose(valuesOf(y), [0.6, 0.8, 0, 0, -1, 0]);
  });
  test('has the gradient (g - y (y.g)) / |x|, and 0 at zero', () => {
    const x = tfc.tensor2d([
      [3, 4],
      [0, 0],
    ]);
    const g = tfc.tensor2d([
      [1, 2],
      [1, 2],
    ]);
    const gradient = tfc.grad((v) => tfc.sum(tfc.mul(layers.normalize().apply(v) as tfc.Tensor, g)))(x);
    // y = (.6, .8), y.g = 2.2: ((1 - 1.32) / 5, (2 - 1.76) / 5)
    expectClose(valuesOf(gradient), [-0.064, 0.048, 0, 0]);
  });
  test('is saved and loaded by its name', () => {
    const { model } = built(3, only(layers.normalize()));
    const json = model.toJSON(undefined, false) as { config: { layers: { class_name: string; name: string }[] } };
    expect(json.config.layers.map(({ class_name, name }) => `${class_name} ${name}`)).toEqual([
      'InputLayer input-1',
      'Normalize normalize-1',
    ]);
  });
});

test('the door has no layer whose shape is random', () => {
  expect(Object.keys(layers)).toContain('dense');
  expect(Object.keys(layers)).not.toContain('randomWidth');
});

describe('dropout', () => {
  const ones = (): tfc.Tensor => tfc.ones([100, 50]);
  const encoder = built(50, only(layers.dropout({ rate: 0.3, seed: 5 })));

  test('drops its share and scales up the rest', () => {
    const values = valuesOf(encoder.apply([ones()], stepAt(0)));
    const kept = values.filter((value) => value !== 0);
    for (const value of kept) expect(value).toBeCloseTo(1 / 0.7, 5);
    expect(kept.length / 5000).toBeGreaterThan(0.7 - 0.026); // 4 deviations of sqrt(.3 * .7 / 5000)
    expect(kept.length / 5000).toBeLessThan(0.7 + 0.026);
  });
  test('differs between sides and steps, repeats for the same step', () => {
    const pass = (at: number): [number[], number[]] => {
      const step = stepAt(at);
      return [valuesOf(encoder.apply([ones()], step)), valuesOf(encoder.apply([ones()], step))];
    };
    const [left, right] = pass(3);
    expect(left).not.toEqual(right);
    expect(pass(4)[0]).not.toEqual(left);
    expect(pass(4)[0]).not.toEqual(right);
    expect(pass(3)).toEqual([left, right]);
  });
  test('is keyed by seed and path, not by what was built before', () => {
    const mask = (path: string, seed: number): number[] => {
      const one = built(50, only(layers.dropout({ rate: 0.5 })), path);
      one.initialize(seed);
      return valuesOf(one.apply([ones()], stepAt(0)));
    };
    const first = mask('encoder', 7);
    expect(mask('encoder', 7)).toEqual(first);
    expect(mask('encoder', 8)).not.toEqual(first);
    expect(mask('encoder.right', 7)).not.toEqual(first);
  });
  test('does nothing outside training', () => {
    expect(valuesOf(encoder.apply([ones()], stepAt(0, false)))).toEqual(valuesOf(ones()));
  });
  test('two dropout layers of one model draw different masks', () => {
    const both = built(50, (x, { dropout, concatenate }) => {
      const halves = [dropout({ rate: 0.5 }).apply(x), dropout({ rate: 0.5 }).apply(x)] as SymbolicTensor[];
      return concatenate().apply(halves) as SymbolicTensor;
    });
    const values = both.apply([ones()], stepAt(0)).arraySync() as number[][];
    expect(values.map((row) => row.slice(0, 50))).not.toEqual(values.map((row) => row.slice(50)));
  });
  test('a noise shape is one draw for a whole axis', () => {
    const rows = built(50, only(layers.dropout({ rate: 0.5, noiseShape: [null, 1] as never })));
    const values = rows.apply([ones()], stepAt(0)).arraySync() as number[][];
    for (const row of values) expect(new Set(row).size).toBe(1);
    expect(new Set(values.flat()).size).toBe(2);
  });
  test('spatial dropout takes whole channels', () => {
    const channels = built(12, (x, { reshape, spatialDropout1d, flatten }) => {
      const sequence = reshape({ targetShape: [4, 3] }).apply(x) as SymbolicTensor;
      return flatten().apply(spatialDropout1d({ rate: 0.5 }).apply(sequence)) as SymbolicTensor;
    });
    const values = channels.apply([tfc.ones([40, 12])], stepAt(0)).arraySync() as number[][];
    for (const row of values) {
      for (const channel of [0, 1, 2]) expect(new Set(row.filter((_, i) => i % 3 === channel)).size).toBe(1);
    }
    expect(new Set(values.map((row) => row.join())).size).toBeGreaterThan(4);
  });
  test('in training outside a step it says what is missing', () => {
    expect(() => encoder.model.apply(ones(), { training: true })).toThrow('no step is running');
  });
});

describe('noise', () => {
  const moments = (values: number[]): [mean: number, deviation: number] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
  };
  const noisy = (layer: Parameters<typeof only>[0], x: tfc.Tensor): number[] =>
    valuesOf(built(100, only(layer)).apply([x], stepAt(2)));
  const twos = tfc.fill([200, 100], 2);

  test('gaussian noise adds its deviation', () => {
    const [mean, deviation] = moments(noisy(layers.gaussianNoise({ stddev: 0.5 }), twos));
    expect(mean).toBeCloseTo(2, 1);
    expect(deviation).toBeCloseTo(0.5, 1);
  });
  test('gaussian dropout multiplies by 1 +- sqrt(rate / (1 - rate))', () => {
    const [mean, deviation] = moments(noisy(layers.gaussianDropout({ rate: 0.2 }), twos));
    expect(mean).toBeCloseTo(2, 1);
    expect(deviation).toBeCloseTo(2 * Math.sqrt(0.25), 1);
  });
  test('alpha dropout keeps mean and variance of standard normal values', () => {
    const normal = stepAt(0).random.normal([200, 100]);
    const [mean, deviation] = moments(noisy(layers.alphaDropout({ rate: 0.2 }), normal));
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(deviation).toBeCloseTo(1, 1);
  });
});

describe('recurrent layers', () => {
  const encoder = built(12, (x, { reshape, lstm }) => {
    const sequence = reshape({ targetShape: [4, 3] }).apply(x) as SymbolicTensor;
    return lstm({ units: 5, dropout: 0.4, recurrentDropout: 0.4, unitForgetBias: true }).apply(
      sequence,
    ) as SymbolicTensor;
  });
  const x = (): tfc.Tensor => tfc.ones([6, 12]);

  test('have stateless dropout, too', () => {
    const pass = (at: number): number[][] => {
      const step = stepAt(at);
      return [valuesOf(encoder.apply([x()], step)), valuesOf(encoder.apply([x()], step))];
    };
    const [left, right] = pass(0);
    expect(left).not.toEqual(right);
    expect(pass(1)[0]).not.toEqual(left);
    expect(pass(0)).toEqual([left, right]);
    expect(valuesOf(encoder.apply([x()], stepAt(0, false)))).toEqual(valuesOf(encoder.apply([x()], stepAt(9, false))));
  });
  test('give every weight a gradient over two passes', () => {
    const step = stepAt(0);
    const variables = encoder.weights.map(({ variable }) => variable);
    const { grads } = tfc.variableGrads(() => {
      const [a, b] = [encoder.apply([x()], step), encoder.apply([x()], step)];
      return tfc.sum(tfc.squaredDifference(a, tfc.add(b, 1))) as tfc.Scalar;
    }, variables);
    for (const { name, variable } of encoder.weights) {
      expect(
        valuesOf(grads[variable.name]!).some((value) => value !== 0),
        name,
      ).toBe(true);
    }
  });
  test('start with a forget bias of 1', () => {
    const bias = encoder.weights.find(({ name }) => name === 'lstm-1/bias')!;
    expect(valuesOf(bias.variable)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('names', () => {
  const two: Body = (x, { dense, reLU }) =>
    dense({ units: 2 }).apply(reLU().apply(dense({ units: 3 }).apply(x))) as SymbolicTensor;

  test('follow the position, whatever was built before', () => {
    const names = (): string[] => built(4, two).weights.map(({ name }) => name);
    const expected = ['dense-1/kernel', 'dense-1/bias', 'dense-2/kernel', 'dense-2/bias'];
    expect(names()).toEqual(expected);
    expect(names()).toEqual(expected);
    expect(built(4, two).layers.map(({ name }) => name)).toEqual(['dense-1', 'relu-1', 'dense-2']);
  });
  test('given names stay, and are not given twice', () => {
    const named = built(4, (x, { dense }) => {
      const inner = dense({ units: 3 }).apply(dense({ units: 3, name: 'trunk' }).apply(x));
      return dense({ units: 2, name: 'dense-1' }).apply(inner) as SymbolicTensor;
    });
    expect(named.layers.map(({ name }) => name)).toEqual(['trunk', 'dense-2', 'dense-1']);
  });
  test('layers in layers have a path', () => {
    const nested = built(12, (x, { reshape, bidirectional, lstm, timeDistributed, dense }) => {
      const sequence = reshape({ targetShape: [4, 3] }).apply(x) as SymbolicTensor;
      const spread = timeDistributed({ layer: dense({ units: 3 }) }).apply(sequence) as SymbolicTensor;
      const recurrent = lstm({ units: 2 }) as Parameters<typeof bidirectional>[0]['layer'];
      return bidirectional({ layer: recurrent, mergeMode: 'concat' }).apply(spread) as SymbolicTensor;
    });
    const inside = (side: string): string[] =>
      ['kernel', 'recurrent_kernel', 'bias'].map((name) => `bidirectional-1/${side}/${name}`);
    expect(nested.weights.map(({ name }) => name)).toEqual([
      'time-distributed-1/kernel',
      'time-distributed-1/bias',
      ...inside('forward'),
      ...inside('backward'),
    ]);
    const [forward, backward] = ['forward', 'backward'].map((side) =>
      valuesOf(nested.weights.find(({ name }) => name === `bidirectional-1/${side}/kernel`)!.variable),
    );
    expect(forward).not.toEqual(backward);
  });
  test('a model inside a model', () => {
    const inner: Body = (x, { dense }) => {
      const from = tfl.input({ shape: [3] });
      const model = tfl.model({ inputs: from, outputs: dense({ units: 2 }).apply(from) as SymbolicTensor });
      return model.apply(dense({ units: 3 }).apply(x)) as SymbolicTensor;
    };
    const encoder = built(4, inner);
    expect(encoder.weights.map(({ name }) => name)).toEqual([
      'dense-1/kernel',
      'dense-1/bias',
      'model-1/dense-2/kernel',
      'model-1/dense-2/bias',
    ]);
    expect(JSON.stringify(encoder.model.toJSON(undefined, false))).not.toMatch(/Dense\d|"(model|input)\d/);
  });
});

describe('initial weights', () => {
  test('come from the seed and the place, whatever was built before', () => {
    const kernel = (seed: number, path = 'encoder'): number[] => {
      const one = built(4, only(layers.dense({ units: 3 })), path);
      one.initialize(seed);
      return valuesOf(one.weights[0]!.variable);
    };
    const first = kernel(7);
    expect(new Set(first).size).toBe(12);
    expect(kernel(7)).toEqual(first);
    expect(kernel(8)).not.toEqual(first);
    expect(kernel(7, 'encoder.right')).not.toEqual(first);
  });
  test('each initializer of tfjs-layers is drawn by its own settings', () => {
    const { initializers } = tfl;
    const start = (kernelInitializer: ReturnType<typeof initializers.zeros>): number[] =>
      valuesOf(
        built(3, (x, { dense }) => dense({ units: 3, kernelInitializer }).apply(x) as SymbolicTensor).weights[0]!
          .variable,
      );
    const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    expect(start(initializers.zeros())).toEqual(identity.map(() => 0));
    expect(start(initializers.ones())).toEqual(identity.map(() => 1));
    expect(start(initializers.constant({ value: 2 }))).toEqual(identity.map(() => 2));
    expect(start(initializers.identity({ gain: 3 }))).toEqual(identity.map((value) => 3 * value));
    for (const value of start(initializers.randomUniform({ minval: 5, maxval: 6 }))) {
      expect(value).toBeGreaterThanOrEqual(5);
      expect(value).toBeLessThan(6);
    }
    for (const value of start(initializers.randomNormal({ mean: 9, stddev: 0.01 }))) expect(value).toBeCloseTo(9, 0);
    for (const value of start(initializers.truncatedNormal({ mean: 9, stddev: 0.01 }))) {
      expect(Math.abs(value - 9)).toBeLessThan(0.0201);
    }
    const turned = start(initializers.orthogonal({ gain: 2 }));
    expect(turned[0]! ** 2 + turned[3]! ** 2 + turned[6]! ** 2).toBeCloseTo(4, 5);
    const limit = Math.sqrt(3 / 3);
    for (const value of start(initializers.leCunUniform({}))) expect(Math.abs(value)).toBeLessThanOrEqual(limit);
  });
  test('values that came with a layer stay', () => {
    const weights = [tfc.tensor2d([1, 2], [2, 1]), tfc.tensor1d([3])];
    const encoder = built(2, (x, { dense }) => dense({ units: 1, weights }).apply(x) as SymbolicTensor);
    expect(encoder.weights.map(({ variable }) => valuesOf(variable))).toEqual([[1, 2], [3]]);
    encoder.initialize(99);
    expect(encoder.weights.map(({ variable }) => valuesOf(variable))).toEqual([[1, 2], [3]]);
  });
  test('a random initializer that the seed does not reach is an error that names it', () => {
    class Dice extends (Object.getPrototypeOf(tfl.initializers.zeros().constructor) as new () => ReturnType<
      typeof tfl.initializers.zeros
    >) {
      static className = 'Dice';
      override apply(shape: number[]): tfc.Tensor {
        return tfc.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, Math.random), shape);
      }
    }
    const roll: Body = (x, { dense }) => dense({ units: 2, kernelInitializer: new Dice() }).apply(x) as SymbolicTensor;
    expect(() => built(2, roll)).toThrow(
      'PLUGIN_FAILED: encoder "test" failed while it was built: the initializer "Dice" of encoder/dense-1/kernel draws',
    );
  });
  test('outside a build tfjs-layers draws as ever', () => {
    const dense = tfl.layers.dense({ units: 3, inputShape: [4] });
    dense.build([null, 4]);
    expect(new Set(valuesOf(dense.getWeights()[0]!)).size).toBe(12);
  });
});
