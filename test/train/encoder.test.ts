import * as tfc from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import type { EncoderContext, Input, SymbolicTensor } from '../../core/contract/index.js';
import { ProblemError } from '../../core/problem/index.js';
import { buildEncoder } from '../../core/train/encoder.js';
import { exportWeights, importWeights } from '../../core/train/weights.js';
import { conv } from '../../plugins/encoders/conv.js';
import { dense } from '../../plugins/encoders/dense.js';
import { mlp } from '../../plugins/encoders/mlp.js';
import { stepAt, valuesOf } from '../engine/steps.js';
import { build, input } from '../plugins/encoders/building.js';
import { expectClose } from '../plugins/numeric.js';

const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return `${error.message} @${error.problems[0]!.path}`;
    throw error;
  }
  return 'no problem';
};
/** Fixed numbers without a pattern, -1..1. */
const numbers = (shape: number[], phase = 0): tfc.Tensor =>
  tfc.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(12.9898 * (i + 1) + phase)),
    shape,
  );

describe('counts', () => {
  test('parameters, with and without those that are not trained', () => {
    const encoder = build(mlp, [input('vector', [10])], {
      options: { hidden: [8], dimensions: 4, batchNormalization: true },
      seed: null,
    });
    expect(encoder.trainableParameters).toBe(10 * 8 + 2 * 8 + 8 * 4 + 4);
    expect(encoder.parameters).toBe(encoder.trainableParameters + 2 * 8);
    expect(encoder.dimensions).toBe(4);
  });
  test('decay is for kernels', () => {
    const encoder = build(mlp, [input('vector', [10])], { options: { hidden: [8], batchNormalization: true } });
    const facts = Object.fromEntries(encoder.weights.map(({ name, trainable, decay }) => [name, [trainable, decay]]));
    expect(facts).toEqual({
      'dense-1/kernel': [true, true],
      'batch-normalization-1/gamma': [true, false],
      'batch-normalization-1/beta': [true, false],
      'batch-normalization-1/moving_mean': [false, false],
      'batch-normalization-1/moving_variance': [false, false],
      'dense-2/kernel': [true, true],
      'dense-2/bias': [true, false],
    });
  });
  test('a layer that is not trained', () => {
    const encoder = custom(({ layers, inputs, input: from, model }) => {
      const x = from(inputs[0]!);
      return model({ inputs: [x], outputs: layers.dense({ units: 2, trainable: false }).apply(x) as SymbolicTensor });
    });
    expect(encoder.weights.map(({ trainable }) => trainable)).toEqual([false, false]);
    expect(encoder.trainableParameters).toBe(0);
    expect(new Set(valuesOf(encoder.weights[0]!.variable)).size).toBe(8);
  });
  test('shapes only: nothing is drawn, and it cannot be run', () => {
    const encoder = build(dense, [input('vector', [3])], { seed: null });
    expect(valuesOf(encoder.weights[0]!.variable).every((value) => value === 0)).toBe(true);
    expect(() => encoder.apply([numbers([2, 3])], stepAt(0))).toThrow('for its shapes only');
  });
  test('what depends on the batch', () => {
    const of = (options: Record<string, boolean>): boolean =>
      build(dense, [input('vector', [3])], { options }).dependsOnBatch;
    expect(of({ normalize: true })).toBe(false);
    expect(of({ batchNormalization: true })).toBe(true);
  });
});

describe('batch normalisation', () => {
  test('moves its averages once per pass, left first, and uses them outside training', () => {
    const encoder = build(dense, [input('vector', [2])], {
      options: { dimensions: 2, batchNormalization: true, initializer: 'orthogonal' },
    });
    const kernel = valuesOf(encoder.weights[0]!.variable);
    const sides = [numbers([5, 2]), numbers([7, 2], 1)];
    const step = stepAt(0);
    for (const side of sides) encoder.apply([side], step);

    const averages = { mean: [0, 0], variance: [1, 1] };
    for (const side of sides) {
      const rows = side.arraySync() as number[][];
      for (const unit of [0, 1]) {
        const out = rows.map((row) => row[0]! * kernel[unit]! + row[1]! * kernel[2 + unit]!);
        const center = out.reduce((sum, value) => sum + value, 0) / out.length;
        const spread = out.reduce((sum, value) => sum + (value - center) ** 2, 0) / out.length;
        averages.mean[unit] = 0.99 * averages.mean[unit]! + 0.01 * center;
        averages.variance[unit] = 0.99 * averages.variance[unit]! + 0.01 * spread;
      }
    }
    const now = Object.fromEntries(encoder.weights.map(({ name, variable }) => [name, valuesOf(variable)]));
    for (const unit of [0, 1]) {
      expect(now['batch-normalization-1/moving_mean']![unit]).toBeCloseTo(averages.mean[unit]!, 6);
      expect(now['batch-normalization-1/moving_variance']![unit]).toBeCloseTo(averages.variance[unit]!, 6);
    }
    const row = [0.5, -2];
    const used = valuesOf(encoder.apply([tfc.tensor2d([row])], stepAt(1, false)));
    for (const unit of [0, 1]) {
      const out = row[0]! * kernel[unit]! + row[1]! * kernel[2 + unit]!;
      expect(used[unit]).toBeCloseTo((out - averages.mean[unit]!) / Math.sqrt(averages.variance[unit]! + 1e-3), 5);
    }
    expect(encoder.weights.map(({ variable }) => valuesOf(variable))).toEqual(Object.values(now));
  });
  test.each([{ scale: false }, { center: false }, { scale: false, center: false }])(
    'runs in training with %o',
    (config) => {
      const encoder = custom(({ layers, inputs, input: from, model }) => {
        const x = from(inputs[0]!);
        return model({ inputs: [x], outputs: layers.batchNormalization(config).apply(x) as SymbolicTensor });
      });
      const y = encoder.apply([tfc.tensor2d([1, 1, 1, 1, 3, 3, 3, 3], [2, 4])], stepAt(0));
      const unit = 1 / Math.sqrt(1.001);
      expectClose(valuesOf(y), [-unit, -unit, -unit, -unit, unit, unit, unit, unit], 1e-4);
      const used = valuesOf(encoder.apply([tfc.ones([1, 4])], stepAt(1, false)));
      for (const value of used) expect(Number.isFinite(value)).toBe(true);
    },
  );
});

describe('training', () => {
  const cases = [
    ['dense', () => build(dense, [input('vector', [6])], { options: { normalize: true, dropout: 0.2 } }), [5, 6]],
    ['mlp', () => build(mlp, [input('vector', [6])], { options: { batchNormalization: true, dropout: 0.2 } }), [5, 6]],
    [
      'conv',
      () =>
        build(conv, [input('image', [10, 10, 1])], {
          options: { batchNormalization: true, dropout: 0.2, filters: [3, 4] },
        }),
      [5, 10, 10, 1],
    ],
    [
      'conv on a sequence',
      () => build(conv, [input('sequence', [12, 2])], { options: { filters: [3, 4] } }),
      [5, 12, 2],
    ],
  ] as const;

  test.each(cases)('%s: every trainable weight has a gradient', (_name, make, shape) => {
    const encoder = make();
    const step = stepAt(0);
    const trained = encoder.weights.filter(({ trainable }) => trainable);
    const { grads } = tfc.variableGrads(
      () => {
        const a = encoder.apply([numbers([...shape])], step);
        const b = encoder.apply([numbers([...shape], 1)], step);
        return tfc.sum(tfc.mul(tfc.squaredDifference(a, b), numbers([5, encoder.dimensions]))) as tfc.Scalar;
      },
      trained.map(({ variable }) => variable),
    );
    for (const { name, variable } of trained) {
      const gradient = valuesOf(grads[variable.name]!);
      expect(gradient.every(Number.isFinite), name).toBe(true);
      // Left minus right: the last bias cancels out, where nothing comes after it.
      if (!name.endsWith('bias'))
        expect(
          gradient.some((value) => value !== 0),
          name,
        ).toBe(true);
    }
  });

  test.each(cases)('%s: 20 applies leave no tensor behind, and disposing all of them', (_name, make, shape) => {
    const before = tfc.memory().numTensors;
    const encoder = make();
    const x = numbers([...shape]);
    const built = tfc.memory().numTensors;
    for (let at = 0; at < 20; at++) {
      const step = stepAt(at);
      tfc.dispose([encoder.apply([x], step), encoder.apply([x], step), step.index, step.progress]);
    }
    expect(tfc.memory().numTensors).toBe(built);
    encoder.dispose();
    x.dispose();
    expect(tfc.memory().numTensors).toBe(before);
  });
});

describe('regularization', () => {
  test('is the sum of all terms, of layers inside layers, too', () => {
    const kernelRegularizer = tfl.regularizers.l2({ l2: 0.5 });
    const encoder = custom(({ layers, inputs, input: from, model }) => {
      const x = from(inputs[0]!);
      const wide = layers.dense({ units: 6, kernelRegularizer }).apply(x);
      const sequence = layers.reshape({ targetShape: [3, 2] }).apply(wide) as SymbolicTensor;
      return model({
        inputs: [x],
        outputs: layers.gru({ units: 2, kernelRegularizer }).apply(sequence) as SymbolicTensor,
      });
    });
    const squares = encoder.weights
      .filter(({ name }) => name.endsWith('/kernel'))
      .flatMap(({ variable }) => valuesOf(variable))
      .reduce((sum, value) => sum + value ** 2, 0);
    const penalty = encoder.regularization()!;
    expect(penalty.shape).toEqual([]);
    expect(penalty.dataSync()[0]).toBeCloseTo(0.5 * squares, 4);
  });
  test('is null without any', () => {
    expect(build(dense, [input('vector', [3])]).regularization()).toBeNull();
  });
});

test('several inputs, one of them ids', () => {
  const inputs: Input[] = [{ ...input('text', [5]), vocabulary: 9 }, input('vector', [2])];
  const encoder = buildEncoder({
    plugin: 'test',
    inputs,
    seed: 1,
    create: ({ layers, input: from, model }) => {
      const [text, vector] = inputs.map(from) as [SymbolicTensor, SymbolicTensor];
      const embedded = layers.embedding({ inputDim: 9, outputDim: 3, maskZero: true }).apply(text) as SymbolicTensor;
      const read = layers.lstm({ units: 4 }).apply(embedded) as SymbolicTensor;
      return model({ inputs: [text, vector], outputs: layers.concatenate().apply([read, vector]) as SymbolicTensor });
    },
  });
  expect(encoder.dimensions).toBe(6);
  const ids = (rows: number[][]): tfc.Tensor => tfc.tensor2d(rows, undefined, 'int32');
  const apply = (rows: number[][]): number[] =>
    valuesOf(encoder.apply([ids(rows), tfc.tensor2d(rows.map(() => [8, 9]))], stepAt(0, false)));
  const [first, padded] = [apply([[3, 1, 0, 0, 0]]), apply([[3, 1, 2, 0, 0]])];
  expect(first.slice(4)).toEqual([8, 9]);
  expect(padded.slice(0, 4)).not.toEqual(first.slice(0, 4));
  const step = stepAt(0);
  const trained = encoder.weights.map(({ variable }) => variable);
  const { grads } = tfc.variableGrads(
    () => tfc.sum(encoder.apply([ids([[3, 1, 0, 0, 0]]), tfc.zeros([1, 2])], step)) as tfc.Scalar,
    trained,
  );
  expect(Object.keys(grads)).toHaveLength(4);
});

test('a model without weights or layers', () => {
  const encoder = custom(({ inputs, input: from, model }) => {
    const x = from(inputs[0]!);
    return model({ inputs: [x], outputs: x });
  });
  expect([encoder.parameters, encoder.dimensions, encoder.layers]).toEqual([0, 4, []]);
  const x = numbers([2, 4]);
  expect(valuesOf(encoder.apply([x], stepAt(0)))).toEqual(valuesOf(x));
});

describe('saving', () => {
  const options = { hidden: [5], dimensions: 3, batchNormalization: true, normalize: true, dropout: 0.3 };
  const make = (seed: number) => build(mlp, [input('vector', [4])], { options, seed });

  test('exported weights give another encoder the same embeddings', () => {
    const [one, other] = [make(1), make(2)];
    one.apply([numbers([6, 4])], stepAt(0)); // moves the averages
    const embed = (encoder: typeof one): number[] => valuesOf(encoder.apply([numbers([6, 4])], stepAt(1, false)));
    expect(embed(other)).not.toEqual(embed(one));
    const saved = exportWeights(one.weights);
    importWeights(other.weights, saved);
    expect(embed(other)).toEqual(embed(one));
    saved['dense-1/kernel']!.values.fill(0); // both directions are copies
    expect(embed(other)).toEqual(embed(one));
  });
  test('what does not fit is told, all of it, and nothing is changed', () => {
    const encoder = make(1);
    const before = exportWeights(encoder.weights);
    const wrong = {
      ...Object.fromEntries(Object.entries(before).filter(([name]) => name !== 'dense-2/bias')),
      'dense-1/kernel': { shape: [5, 4], values: new Float32Array(20) },
      'dense-2/kernel': { shape: [5, 3], values: new Float32Array(14) },
      'dense-3/kernel': { shape: [1], values: new Float32Array(1) },
    };
    expect(problemOf(() => importWeights(encoder.weights, wrong)).split('\n')).toEqual([
      "RUN_FOLDER: the saved weight dense-1/kernel is [5, 4], the model's is [4, 5]",
      'RUN_FOLDER: the saved weight dense-2/kernel holds 14 numbers instead of 15',
      "RUN_FOLDER: the model's weight dense-2/bias is not among the saved ones",
      'RUN_FOLDER: the saved weight dense-3/kernel belongs to nothing in the model @undefined',
    ]);
    expect(exportWeights(encoder.weights)).toEqual(before);
  });
  test('the saved topology rebuilds the model by name', async () => {
    const encoder = build(conv, [input('image', [8, 8, 1])], {
      options: { filters: [2], normalize: true, dropout: 0.2 },
    });
    const json = encoder.model.toJSON(undefined, false) as unknown as tfl.ModelAndWeightsConfig;
    const twin = await tfl.models.modelFromJSON({ modelTopology: json } as unknown as tfl.ModelAndWeightsConfig);
    twin.loadWeights(Object.fromEntries(encoder.weights.map(({ name, variable }) => [name, variable])));
    const x = numbers([3, 8, 8, 1]);
    expect(valuesOf(twin.predict(x) as tfc.Tensor)).toEqual(valuesOf(encoder.apply([x], stepAt(0, false))));
  });
});

function custom(create: (context: EncoderContext) => unknown, inputs = [input('vector', [4])]) {
  return buildEncoder({ plugin: 'acme/odd', create, inputs, seed: 1 });
}

describe('what a factory may not return', () => {
  type Made = (x: SymbolicTensor, layers: EncoderContext['layers']) => unknown;
  const made =
    (body: Made) =>
    ({ layers, inputs, input: from, model }: EncoderContext): unknown => {
      const x = from(inputs[0]!);
      return model({ inputs: [x], outputs: body(x, layers) as SymbolicTensor });
    };
  const cases: readonly [string, (context: EncoderContext) => unknown, string][] = [
    ['nothing', () => null, "must return a model made by `model` of its context, of that context's `layers`"],
    [
      'an image',
      made((x, { reshape }) => reshape({ targetShape: [2, 2] }).apply(x)),
      'must return embeddings [batch, dimensions], got [batch, 2, 2]',
    ],
    [
      'other inputs',
      ({ layers, inputs, input: from, model }) => {
        const x = from({ ...inputs[0]!, shape: [3] });
        return model({ inputs: [x], outputs: layers.dense({ units: 2 }).apply(x) as SymbolicTensor });
      },
      'must take the inputs in their order, float32 [batch, 4]; its model takes float32 [batch, 3]',
    ],
    [
      'a constraint',
      made((x, { dense: layer }) => layer({ units: 2, kernelConstraint: tfl.constraints.unitNorm({}) }).apply(x)),
      'has a constraint on dense-1/kernel: constraints are not applied',
    ],
    [
      'a stateful layer',
      ({ layers, model }) => {
        const x = tfl.input({ batchShape: [2, 4] });
        const sequence = layers.reshape({ targetShape: [2, 2] }).apply(x) as SymbolicTensor;
        const outputs = layers.simpleRNN({ units: 2, stateful: true }).apply(sequence) as SymbolicTensor;
        return model({ inputs: [x], outputs });
      },
      'failed while it was built: the layer "simple-rnn-1" is stateful',
    ],
    [
      'an exception',
      () => {
        throw new Error('no such\n  thing');
      },
      'failed while it was built: no such thing',
    ],
    [
      'two layers of one name',
      made((x, { dense: layer }) => layer({ units: 2, name: 'a' }).apply(layer({ units: 2, name: 'a' }).apply(x))),
      'failed while it was built: The name "a" is used 2 times in the model.',
    ],
  ];
  test.each(cases)('%s', (_name, create, message) => {
    const text = problemOf(() => custom(create));
    expect(text).toContain(`PLUGIN_FAILED: encoder "acme/odd" ${message}`);
    expect(text).toMatch(/ @encoder$/);
  });
});
