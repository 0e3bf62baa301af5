import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tfc from '@tensorflow/tfjs-core';
import { initializers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { chainedNames, registerChainedOps } from '../../core/engine/chained.js';
import '../../core/engine/cpu.js';

type Chained = tfc.Tensor & Record<string, (...args: unknown[]) => tfc.Tensor>;
const require = createRequire(import.meta.url);
const read = (tensor: tfc.Tensor): number[] => [...tensor.dataSync()];

beforeAll(async () => {
  await tfc.setBackend('cpu');
  registerChainedOps();
});

describe('chained ops', () => {
  test('are all that tfjs defines, and no others', () => {
    const folder = join(
      dirname(require.resolve('@tensorflow/tfjs-core/package.json')),
      'dist',
      'public',
      'chained_ops',
    );
    const theirs = readdirSync(folder)
      .filter((file) => file.endsWith('.js'))
      .flatMap((file) =>
        [...readFileSync(join(folder, file), 'utf8').matchAll(/prototype\.(\w+)\s*=/g)].map((match) => match[1]!),
      );
    expect([...chainedNames].sort()).toEqual([...new Set(theirs)].sort());
  });

  test('each is a method of every tensor', () => {
    const x = tfc.scalar(1) as Chained; // []
    expect(chainedNames.filter((name) => typeof x[name] !== 'function')).toEqual([]);
  });

  test('registering them again changes nothing', () => {
    const before = (tfc.scalar(1) as Chained).add;
    registerChainedOps();
    expect((tfc.scalar(1) as Chained).add).toBe(before);
  });

  test('those that put the tensor in front, and those that do otherwise', () => {
    const x = tfc.tensor2d([1, -2, 3, 4], [2, 2]) as unknown as Chained; // [2, 2]
    const y = tfc.tensor2d([5, 6, 7, 8], [2, 2]); // [2, 2]
    expect(read(x.add!(y))).toEqual([6, 4, 10, 12]);
    expect(read(x.matMul!(y, true))).toEqual([26, 30, 18, 20]);
    expect(read(x.sum!(0))).toEqual([4, 2]);
    expect(x.flatten!().shape).toEqual([4]);
    expect(x.as1D!().shape).toEqual([4]);
    expect(x.as3D!(1, 2, 2).shape).toEqual([1, 2, 2]);
    expect((x.sum!() as Chained).asScalar!().shape).toEqual([]);
    expect(x.reshapeAs!(tfc.zeros([4, 1])).shape).toEqual([4, 1]);
    expect([x.toInt!().dtype, x.toBool!().dtype, x.toFloat!().dtype, x.asType!('int32').dtype]).toEqual([
      'int32',
      'bool',
      'float32',
      'int32',
    ]);
    expect(x.concat!(y, 1).shape).toEqual([2, 4]);
    expect(x.concat!([y, y], 0).shape).toEqual([6, 2]);
    expect(x.stack!(y).shape).toEqual([2, 2, 2]);
    expect(x.stack!([y, y], 2).shape).toEqual([2, 2, 3]);
    expect(read(x.where!(tfc.tensor2d([1, 0, 0, 1], [2, 2], 'bool'), y))).toEqual([1, 6, 7, 4]);
    const image = tfc.ones([1, 2, 2, 1]) as unknown as Chained; // [1, 2, 2, 1]
    expect(image.resizeBilinear!([3, 4]).shape).toEqual([1, 3, 4, 1]);
    expect(image.resizeNearestNeighbor!([3, 4]).shape).toEqual([1, 3, 4, 1]);
  });

  test('the orthogonal initializer of tfjs-layers works', () => {
    const drawn = initializers.orthogonal({ seed: 1 }).apply([3, 5]); // [3, 5]
    const products = read(tfc.matMul(drawn, drawn, false, true)); // [3, 3]
    [1, 0, 0, 0, 1, 0, 0, 0, 1].forEach((expected, at) => {
      expect(products[at]).toBeCloseTo(expected, 4);
    });
  });

  test('the gradient of a batched gather works', () => {
    const indices = tfc.tensor2d([1, 1, 0, 2], [2, 2], 'int32'); // [2, 2]
    const gradient = tfc.grad((x) => tfc.gather(x, indices, 1, 1))(tfc.ones([2, 3])); // [2, 3]
    expect(read(gradient)).toEqual([0, 2, 0, 1, 0, 1]);
  });
});
