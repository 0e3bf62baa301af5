import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tfc from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, describe, expect, test } from 'vitest';
import type { Options } from '../../../core/plugin/view.js';
import { ProblemError } from '../../../core/problem/index.js';
import { exportWeights } from '../../../core/train/weights.js';
import { pretrained } from '../../../plugins/encoders/pretrained.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { expectClose } from '../numeric.js';
import { build, defaultsOf, input } from './building.js';
import { denseOf } from './forward.js';
import { encoderProperties } from './properties.js';

const folder = mkdtempSync(join(tmpdir(), 'siamese-pretrained-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Saves a model as TensorFlow.js does, under two shards. */
async function saved(name: string, model: tfl.LayersModel): Promise<string> {
  const file = join(folder, `${name}.json`);
  await model.save({
    save: ({ modelTopology, weightSpecs, weightData }) => {
      const bytes = Buffer.from(weightData as ArrayBuffer);
      const shards = [bytes.subarray(0, 10), bytes.subarray(10)];
      shards.forEach((shard, i) => void writeFileSync(join(folder, `${name}-${i}.bin`), shard));
      const weightsManifest = [{ paths: [`${name}-0.bin`, `${name}-1.bin`], weights: weightSpecs }];
      writeFileSync(file, JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }));
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } });
    },
  });
  return file;
}
const { conv2d, batchNormalization, dropout, flatten, dense, add } = tfl.layers;
const image = tfl.input({ shape: [6, 6, 1] });
const first = conv2d({ filters: 2, kernelSize: 3, padding: 'same', name: 'first_conv', kernelInitializer: 'glorotUniform' }).apply(image); // biome-ignore format: one layer
const normed = batchNormalization({ name: 'norm' }).apply(first);
const second = conv2d({ filters: 2, kernelSize: 1, name: 'second' }).apply(normed);
const summed = add({ name: 'sum' }).apply([normed, second] as tfl.SymbolicTensor[]);
const classes = dense({ units: 3, name: 'classes' }).apply(dropout({ rate: 0.5 }).apply(flatten().apply(summed)));
const branched = tfl.model({ inputs: image, outputs: classes as tfl.SymbolicTensor });
const path = await saved('branched', branched);
const options = (more: object): Options => ({ path, dimensions: 3, ...more });
const field = input('image', [6, 6, 1]);
const pixels = (): tfc.Tensor => tfc.sin(tfc.reshape(tfc.range(0, 72), [2, 6, 6, 1])); // [2, 6, 6, 1]

describe('values', () => {
  test('of the whole model, frozen: those of the model that was saved, in training, too', () => {
    const encoder = build(pretrained, [field], { options: options({}) });
    const kernel = exportWeights(encoder.weights)['dense-1/kernel']!.values;
    const before = (branched.predict(pixels()) as tfc.Tensor).arraySync() as number[][];
    const expected = before.flatMap((row) => denseOf(row, kernel, [0, 0, 0]));
    expectClose(valuesOf(encoder.apply([pixels()], stepAt(0, false))), expected);
    expectClose(valuesOf(encoder.apply([pixels()], stepAt(1))), expected);
  });
  test('cut at a layer: the mean over its places', () => {
    const encoder = build(pretrained, [field], { options: options({ cut: 'sum' }) });
    const kernel = exportWeights(encoder.weights)['dense-1/kernel']!.values;
    const cut = tfl.model({ inputs: image, outputs: summed as tfl.SymbolicTensor });
    const means = tfc.mean(cut.predict(pixels()) as tfc.Tensor, [1, 2]).arraySync() as number[][];
    const expected = means.flatMap((row) => denseOf(row, kernel, [0, 0, 0]));
    expectClose(valuesOf(encoder.apply([pixels()], stepAt(0, false))), expected);
    expect(encoder.weights.some(({ name }) => name.includes('classes'))).toBe(false);
  });
});

describe('weights', () => {
  const trained = (more: object): string[] =>
    build(pretrained, [field], { options: options({ cut: 'norm', ...more }) })
      .weights.filter(({ trainable }) => trainable)
      .map(({ name }) => name);
  test('frozen: only the embedding is trained; trainable: the model, too', () => {
    expect(trained({})).toEqual(['dense-1/kernel', 'dense-1/bias']);
    expect(trained({ trainable: true })).toEqual(['model-1/first_conv/kernel', 'model-1/first_conv/bias', 'model-1/norm/gamma', 'model-1/norm/beta', 'dense-1/kernel', 'dense-1/bias']); // biome-ignore format: a list
  });
  test('come from the files whatever the seed, those of the embedding from the seed', () => {
    const [a, b] = [1, 2].map((seed) => exportWeights(build(pretrained, [field], { options: options({}), seed }).weights)); // biome-ignore format: two
    expect(a!['model-1/first_conv/kernel']).toEqual(b!['model-1/first_conv/kernel']);
    expect(a!['dense-1/kernel']).not.toEqual(b!['dense-1/kernel']);
  });
  test('that are cut off, or were built for their shapes only, are freed', () => {
    build(pretrained, [field], { options: options({}) }).dispose();
    const before = tfc.memory().numTensors;
    build(pretrained, [field], { options: options({ cut: 'norm' }) }).dispose();
    build(pretrained, [field], { options: options({ cut: 'norm' }), seed: null }).dispose();
    expect(tfc.memory().numTensors).toBe(before);
  });
});

describe('files', () => {
  const problem = (more: object, one = field) => {
    try {
      build(pretrained, [one], { options: options(more) });
    } catch (error) {
      if (error instanceof ProblemError) return error.problems[0]!;
      throw error;
    }
    return null;
  };
  const changed = (name: string, change: (text: string) => string): string => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, change(readFileSync(path, 'utf8')));
    return file;
  };
  test.each([
    ['not there', () => ({ path: join(folder, 'none.json') }), 'DATA_MISSING', /none\.json/],
    ['no JSON', () => ({ path: changed('text', (text) => text.slice(5)) }), 'DATA_FORMAT', /is not the JSON of a model/],
    ['another JSON', () => ({ path: changed('other', () => '{}') }), 'DATA_FORMAT', /lacks modelTopology or weightsManifest/],
    ['a graph model', () => ({ path: changed('graph', () => '{"format":"graph-model"}') }), 'DATA_FORMAT', /is a graph model/],
    ['a shard elsewhere', () => ({ path: changed('out', (text) => text.replace('branched-0.bin', '../branched-0.bin')) }), 'DATA_FORMAT', /names a shard outside its folder/],
    ['a shard on the web', () => ({ path: changed('web', (text) => text.replace('branched-0.bin', 'https://example.org/a.bin')) }), 'DATA_FORMAT', /names a shard outside its folder/],
    ['a shard named a thousand times', () => ({ path: changed('often', (text) => text.replace('"branched-0.bin",', '"branched-0.bin",'.repeat(1000))) }), 'DATA_SIZE', /its weights need \d+ bytes, its shards have \d+/],
    ['a type of any depth', () => ({ path: changed('deep', (text) => text.replace(/(weightsManifest.*?"dtype": ?)"float32"/s, (_, before) => `${before}${'['.repeat(9999)}${']'.repeat(9999)}`)) }), 'DATA_FORMAT', /is of no type, only float32 is read/],
    ['a shard short', () => ({ path: changed('short', (text) => text.replace('"branched-0.bin",', '')) }), 'DATA_SIZE', /its weights need \d+ bytes, its shards have \d+/],
    ['a weight of integers', () => ({ path: changed('ints', (text) => text.replace('"float32"}', '"int32"}')) }), 'DATA_FORMAT', /is int32, only float32 is read/],
    ['a layer of code', () => ({ path: changed('lambda', (text) => text.replace('"BatchNormalization"', '"Lambda"')) }), 'DATA_FORMAT', /uses "Lambda", which siamese does not know/],
    ['a weight of another name', () => ({ path: changed('names', (text) => text.replace('second/kernel', 'third/kernel')) }), 'DATA_FORMAT', /its weights do not fit its layers/],
    ['no such layer', () => ({ cut: 'som' }), 'DATA_FORMAT', /has no layer "som"; did you mean sum\?/],
  ] as const)('%s', (_, more, code, message) => {
    expect(problem(more())).toMatchObject({ code, message: expect.stringMatching(message) });
  }); // biome-ignore format: a table
  test('a field that the model does not take', () => {
    expect(problem({}, input('image', [5, 6, 1]))).toMatchObject({
      code: 'SHAPE',
      path: 'encoder.path',
      message: 'the model takes [6, 6, 1], but the field is [5, 6, 1]',
    });
  });
});

encoderProperties(pretrained, [
  { name: 'trained on', inputs: [field], options: options({ cut: 'sum', trainable: true }), tolerance: 2e-3 },
  { name: 'frozen', inputs: [field], options: options({ dropout: 0.2, normalize: true, batchNormalization: true }), tolerance: 2e-3 }, // biome-ignore format: one case
]);

test('the defaults', () => {
  expect(defaultsOf(pretrained)).toMatchObject({ cut: null, trainable: false, dimensions: 64, dropout: 0 });
});
