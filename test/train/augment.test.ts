import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Input, Step } from '../../core/contract/index.js';
import type { Role } from '../../core/data/roles.js';
import { registerUniform, stepRandom } from '../../core/engine/step-random.js';
import { augmentInputs, type NetworkAugmentation } from '../../core/train/augment.js';
import { messageOf } from '../files/problem-of.js';
import { input } from '../plugins/encoders/building.js';

beforeAll(async () => {
  registerUniform('cpu');
  await tfc.setBackend('cpu');
});

const inputs: readonly Input[] = [input('image', [2, 1, 1], 'photo'), input('vector', [2], 'speed'), input('image', [2, 1, 1], 'depth')]; // biome-ignore format: one case
const step = (index = 0): Step => {
  const at = tfc.scalar(index, 'int32');
  return { training: true, random: stepRandom(5, 'step', at), index: at, progress: tfc.scalar(0) };
};
/** Adds what it draws. */
const drawing = { augment: (values: Tensor, { random }: Step) => tfc.add(values, random.uniform(values.shape)) };
const one = (more: Partial<NetworkAugmentation> = {}): NetworkAugmentation => ({
  name: 'test/drawing',
  instance: drawing,
  field: null,
  accepts: ['image'],
  sides: 'each',
  ...more,
});

/** What the augmentations add to three inputs of zeros, two items each. */
function added(augmentations: readonly NetworkAugmentation[], role: Role, how: { seed?: number; index?: number } = {}) {
  const tensors = inputs.map(({ shape }) => tfc.zeros([2, ...shape]));
  const { seed = 5, index = 0 } = how;
  const result = augmentInputs(tensors, inputs, { augmentations, seed, step: step(index), role });
  expect(result.map(({ shape }) => shape)).toEqual(tensors.map(({ shape }) => shape));
  return result.map((tensor) => [...tensor.dataSync()]);
}
const zeros = [0, 0, 0, 0];
const isChanged = (values: readonly number[]): boolean => values.every((value) => value > 0);

describe('fields', () => {
  it('are all those whose kind is accepted, each with its own draws', () => {
    const [photo, speed, depth] = added([one()], 'left');
    expect([isChanged(photo!), isChanged(depth!), speed]).toEqual([true, true, zeros]);
    expect(photo).not.toEqual(depth);
    expect(new Set(photo).size).toBe(4);
  });

  it('or the one that is named', () => {
    expect(added([one({ field: 'depth' })], 'left').map(isChanged)).toEqual([false, false, true]);
    expect(added([one({ field: 'speed' })], 'left').map(isChanged)).toEqual([false, true, false]);
  });
});

describe('sides', () => {
  const roles: readonly Role[] = ['left', 'right', 'anchor', 'positive', 'negative', 'item'];
  const photos = (sides: NetworkAugmentation['sides']) => roles.map((role) => added([one({ sides })], role)[0]!);

  it('each: every role has its own draws', () => {
    expect(new Set(photos('each').map(String)).size).toBe(6);
  });

  it('together: all roles have the same', () => {
    expect(new Set(photos('together').map(String)).size).toBe(1);
    expect(isChanged(photos('together')[0]!)).toBe(true);
  });

  it('left: the anchors too, and items that have no side; right: the rest', () => {
    expect(photos('left').map(isChanged)).toEqual([true, false, true, false, false, true]);
    expect(photos('right').map(isChanged)).toEqual([false, true, false, true, true, true]);
  });
});

describe('several augmentations', () => {
  const doubling: NetworkAugmentation = one({ instance: { augment: (values) => tfc.mul(values, 2) } });
  const shift: NetworkAugmentation = one({ instance: { augment: (values) => tfc.add(values, 1) } });

  it('come one after another', () => {
    expect(added([shift, doubling], 'left')[0]).toEqual([2, 2, 2, 2]);
    expect(added([doubling, shift], 'left')[0]).toEqual([1, 1, 1, 1]);
  });

  it('draw apart, also two of one kind', () => {
    const [both, first] = [added([one(), one()], 'left')[0]!, added([one()], 'left')[0]!];
    const second = both.map((value, i) => Math.fround(value - first[i]!));
    expect(second.some((value, i) => Math.abs(value - first[i]!) < 1e-4)).toBe(false);
  });
});

describe('draws', () => {
  it('follow from the seed and the step alone', () => {
    const of = (how: { seed?: number; index?: number }) => String(added([one()], 'left', how)[0]);
    expect(of({})).toBe(of({}));
    expect(new Set([of({}), of({ seed: 6 }), of({ index: 1 })]).size).toBe(3);
  });
});

it('an augmentation that changes the shape, or throws, is told so by its name', async () => {
  const cropping = one({ name: 'test/crop', instance: { augment: (values) => tfc.slice(values, 0, 1) } });
  const message =
    'PLUGIN_FAILED augmentation test/crop of field photo returned the shape [1,2,1,1], it must return [2,2,1,1]';
  expect(await messageOf(() => added([one(), cropping], 'left'))).toBe(message);
  const augment = () => {
    throw new Error('no');
  };
  expect(await messageOf(() => added([one({ instance: { augment } })], 'left'))).toBe(
    'PLUGIN_FAILED augmentation test/drawing of field photo threw: no',
  );
});
