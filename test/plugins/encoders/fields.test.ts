import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Input } from '../../../core/contract/index.js';
import { openEngine } from '../../../core/engine/open.js';
import { createRegistry } from '../../../core/plugin/registry.js';
import type { Options } from '../../../core/plugin/view.js';
import type { PluginUse } from '../../../core/recipe/types.js';
import { createPlugin } from '../../../core/run/create.js';
import { type BuiltEncoder, buildEncoder } from '../../../core/train/encoder.js';
import { exportWeights } from '../../../core/train/weights.js';
import { builtIn } from '../../../plugins/index.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { drawn, expectClose } from '../numeric.js';
import { defaultsOf, input } from './building.js';
import { denseOf, reluOf } from './forward.js';
import { itemsOf } from './properties.js';

const registry = createRegistry([{ owner: 'siamese', plugins: builtIn }]);
const log = { debug: () => {}, info: () => {}, warn: () => {} };
const ids = (kind: 'text' | 'category', length: number, name: string): Input => ({ ...input(kind, [length], name), vocabulary: 6 }); // biome-ignore format: one input

/** A plugin with all of its options at their defaults. */
function use(type: string, options: Options = {}): PluginUse {
  const plugin = registry.get('encoder', type)!;
  return { type, options: { ...defaultsOf(plugin), ...options }, parts: {} };
}
interface Parts {
  readonly encoders?: Readonly<Record<string, PluginUse>>;
  readonly text?: PluginUse;
  readonly vector?: PluginUse;
}
function build(inputs: readonly Input[], options: Options, parts: Parts = {}): BuiltEncoder {
  const whole = {
    ...use('fields', options),
    parts: { encoders: {}, text: use('text-characters', { filters: 3 }), image: use('conv', { filters: [3] }), sequence: use('recurrent', { units: [3] }), vector: use('dense'), ...parts }, // biome-ignore format: by kind
  };
  const create = (context: object): unknown => createPlugin('encoder', whole, { registry, log, given: { ...context } });
  return buildEncoder({ plugin: 'fields', create, inputs, seed: 7, path: 'encoder' });
}
const shuffled = (encoder: BuiltEncoder) => {
  encoder.weights.forEach(({ variable }, i) => {
    tfc.tidy(() => variable.assign(tfc.tensor(drawn(variable.size, 90 + i), variable.shape)));
  });
  return exportWeights(encoder.weights);
};
const problemOf = (build: () => unknown): unknown => {
  try {
    return build();
  } catch (error) {
    return (error as Error).message;
  }
};

beforeAll(() => openEngine('auto', () => {}));

describe('values', () => {
  const inputs = [input('number', [1], 'age'), ids('category', 1, 'country'), input('vector', [3], 'tastes')];
  const [age, country, tastes] = [[0.5, -1], [2, 0], [[1, 2, 3], [0, -1, 1]]]; // biome-ignore format: two items
  const batch = (): tfc.Tensor[] => [
    tfc.tensor2d(age!.map((one) => [one as number])),
    tfc.tensor2d(
      country!.map((one) => [one as number]),
      [2, 1],
      'int32',
    ),
    tfc.tensor2d(tastes as number[][]),
  ];

  test('a number as it is, a category as a vector, a vector by its encoder; a hidden layer, the linear layer', () => {
    const parts = { vector: use('dense', { dimensions: 2 }) };
    const encoder = build(inputs, { categoryDimensions: 2, hidden: [4], dimensions: 3 }, parts);
    const weights = shuffled(encoder);
    const [inner, hidden, last] = ['model-1/dense-1', 'dense-2', 'dense-3'].map((name) => (x: readonly number[]) => denseOf(x, weights[`${name}/kernel`]!.values, [...weights[`${name}/bias`]!.values])); // biome-ignore format: layers
    const table = weights['embedding-1/embeddings']!.values;
    const expected = age!.flatMap((one, i) => {
      const category = [...table.slice(2 * (country![i] as number), 2 * (country![i] as number) + 2)];
      return last!(reluOf(hidden!([one as number, ...category, ...inner!(tastes![i] as number[])])));
    });
    expectClose(valuesOf(encoder.apply(batch(), stepAt(0, false))), expected);
  });

  test('dimensions null: what the fields give, side by side', () => {
    const encoder = build(
      inputs,
      { categoryDimensions: 2, dimensions: null },
      { vector: use('dense', { dimensions: 2 }) },
    );
    expect(encoder.dimensions).toBe(1 + 2 + 2);
    const weights = shuffled(encoder);
    const found = valuesOf(encoder.apply(batch(), stepAt(0, false)));
    expectClose([found[0]!, found[1]!, found[2]!], [0.5, ...weights['embedding-1/embeddings']!.values.slice(4, 6)]);
  });
});

describe('whose encoder', () => {
  const inputs = [ids('text', 5, 'title'), ids('text', 5, 'plot'), input('image', [8, 8, 1], 'poster'), input('sequence', [4, 2], 'ratings')]; // biome-ignore format: four kinds

  test('the one of its kind, or its own; every weight is trained, and none is shared between fields', () => {
    const encoder = build(inputs, { dimensions: 4 }, { encoders: { plot: use('text-bag', { buckets: 20 }) } });
    const classes = encoder.model.layers.flatMap((layer) => ('layers' in layer ? [(layer as unknown as typeof encoder.model).layers.map((one) => one.getClassName())] : [])); // biome-ignore format: of each field
    expect(classes.map((names) => ['NgramIds', 'Conv1D', 'Conv2D', 'LSTM'].filter((name) => names.includes(name)))).toEqual([
      ['Conv1D'],
      ['NgramIds'],
      ['Conv2D'],
      ['LSTM'],
    ]); // biome-ignore format: by field
    const { grads } = tfc.variableGrads(
      () => tfc.sum(tfc.square(encoder.apply(itemsOf(inputs, 3), stepAt(0)))) as tfc.Scalar,
      encoder.weights.map(({ variable }) => variable),
    );
    for (const { name, variable } of encoder.weights) {
      const gradient = valuesOf(grads[variable.name]!);
      expect(gradient.every(Number.isFinite), name).toBe(true);
      expect(gradient.some((one) => one !== 0), name).toBe(true); // biome-ignore format: of each
    }
  });

  test('one that does not take it is a problem, and so is a name that is no field', () => {
    expect(problemOf(() => build(inputs, {}, { encoders: { title: use('mlp') } }))).toBe(
      'ENCODER_INPUT: field title is text, but encoder mlp takes vector, number, sequence or image',
    );
    expect(problemOf(() => build(inputs, {}, { encoders: { tile: use('text-bag') } }))).toBe(
      'FIELD: encoders names the field "tile", which is not there; did you mean title?',
    );
  });
});
