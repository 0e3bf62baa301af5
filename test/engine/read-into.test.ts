import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readInto } from '../../core/engine/read-into.js';
import { WebAssembly } from '../../core/evaluate/wasm.js';
import { availableBackends } from '../run/backends.js';

/** They begin where a page does, as TensorFlow wants it. */
const pages = (): SharedArrayBuffer => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;

const backends = await availableBackends();
describe.each(backends)('a tensor read into memory on $name', ({ open }) => {
  beforeAll(open);

  const memory = pages();
  it.each([
    ['where TensorFlow can write', 64],
    ['where it cannot', 68],
  ])('is there %s, and nothing else', (_name, offset) => {
    const target = new Float32Array(memory, offset, 20).fill(7);
    const product = tfc.matMul(tfc.tensor2d([1, 2, 3], [3, 1]), tfc.tensor2d([[1, 10, 100, Number.NaN]])); // [3, 4]
    const before = tfc.memory().numTensors;
    readInto(product, target);
    expect(tfc.memory().numTensors).toBe(before);
    expect([...target.subarray(0, 12)]).toEqual([
      1,
      10,
      100,
      Number.NaN,
      2,
      20,
      200,
      Number.NaN,
      3,
      30,
      300,
      Number.NaN,
    ]);
    expect([...target.subarray(12)]).toEqual(new Array(8).fill(7));
  });

  it('is nothing where it is empty', () => {
    const target = new Float32Array(memory, 64, 2).fill(7);
    readInto(tfc.zeros([0, 3]), target);
    expect([...target]).toEqual([7, 7]);
  });
});

describe.each(backends.filter(({ name }) => name === 'native'))('a tensor of TensorFlow', ({ open }) => {
  beforeAll(open);

  it('is written by it, without an array in between', () => {
    const product = tfc.square(tfc.tensor1d([1, 2, 3])); // [3]
    product.dataSync = () => expect.unreachable('it is read as usual');
    const target = new Float32Array(pages(), 128, 3);
    readInto(product, target);
    expect([...target]).toEqual([1, 4, 9]);
  });
});
