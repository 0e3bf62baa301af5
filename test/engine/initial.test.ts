import { describe, expect, test } from 'vitest';
import { drawInitial, type Initial } from '../../core/engine/initial.js';

const draw = (initial: Initial, shape: readonly number[], name = 'encoder/dense-1/kernel', seed = 7): Float32Array =>
  drawInitial(initial, shape, { seed, name });

function moments(values: Float32Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

describe('constants', () => {
  test('zeros, ones, a constant', () => {
    expect([...draw('zeros', [2])]).toEqual([0, 0]);
    expect([...draw('ones', [2])]).toEqual([1, 1]);
    expect([...draw({ constant: -0.5 }, [])]).toEqual([-0.5]);
  });
  test('identity, also of a matrix that is not square', () => {
    expect([...draw('identity', [2, 3])]).toEqual([1, 0, 0, 0, 1, 0]);
    expect([...draw({ identity: 2 }, [2, 2])]).toEqual([2, 0, 0, 2]);
    expect(() => draw('identity', [3])).toThrow('for matrices, not for [3]');
  });
});

describe('seeds', () => {
  const normal: Initial = { normal: 1 };
  test('the same seed and name draw the same bytes', () => {
    expect(draw(normal, [9])).toEqual(draw(normal, [9]));
  });
  test('another seed or name draws other numbers', () => {
    expect(draw(normal, [9], 'encoder/dense-1/kernel', 8)).not.toEqual(draw(normal, [9]));
    expect(draw(normal, [9], 'encoder/dense-2/kernel')).not.toEqual(draw(normal, [9]));
  });
});

// The variance of n draws is off by about variance * sqrt(2/n): 0.0045 of it for 100,000.
describe('distributions', () => {
  const shape = [250, 400]; // fan in 250, fan out 400
  const cut = 0.8796256610342398 ** 2; // variance of a standard normal cut at two deviations
  const cases: readonly [name: string, initial: Initial, variance: number][] = [
    ['glorotNormal', 'glorotNormal', 2 / 650],
    ['glorotUniform', 'glorotUniform', 2 / 650],
    ['heNormal', 'heNormal', 2 / 250],
    ['heUniform', 'heUniform', 2 / 250],
    ['leCunNormal', 'leCunNormal', 1 / 250],
    ['leCunUniform', 'leCunUniform', 1 / 250],
    ['fan out', { scaling: 3, mode: 'fanOut', distribution: 'uniform' }, 3 / 400],
    ['normal', { normal: 0.3 }, 0.09],
    ['truncated', { truncated: 0.3 }, 0.09 * cut],
    ['uniform', { uniform: [-0.2, 0.4] }, 0.36 / 12],
  ];
  test.each(cases)('%s has its variance', (_name, initial, variance) => {
    const found = moments(draw(initial, shape));
    expect(found.variance / variance).toBeGreaterThan(0.98);
    expect(found.variance / variance).toBeLessThan(1.02);
    const center = typeof initial === 'object' && 'uniform' in initial ? 0.1 : 0;
    expect(Math.abs(found.mean - center)).toBeLessThan(0.02 * Math.sqrt(variance));
  });
  test('bounds: uniform within its limit, normal within two deviations', () => {
    const limit = Math.sqrt(6 / 650);
    const uniform = draw('glorotUniform', shape).map(Math.abs);
    expect(Math.max(...uniform.subarray(0, 50_000))).toBeLessThanOrEqual(Math.fround(limit));
    expect(Math.max(...uniform.subarray(0, 50_000))).toBeGreaterThan(0.999 * limit);
    const truncated = draw({ truncated: 0.5, mean: 3 }, [50_000]).map((value) => Math.abs(value - 3));
    expect(Math.max(...truncated)).toBeLessThanOrEqual(1 + 1e-6);
    expect(Math.max(...truncated)).toBeGreaterThan(0.99);
  });
  test('a mean', () => {
    expect(moments(draw({ normal: 0.1, mean: 5 }, [20_000])).mean).toBeCloseTo(5, 2);
  });
  test('fans of a convolution kernel count its whole field', () => {
    // [3, 3, 20, 40]: fan in 180, fan out 360
    expect(moments(draw('heNormal', [3, 3, 20, 40])).variance / (2 / 180)).toBeCloseTo(1, 1);
    const limit = Math.sqrt(6 / 540);
    expect(Math.max(...draw('glorotUniform', [3, 3, 20, 40]).map(Math.abs))).toBeLessThanOrEqual(Math.fround(limit));
  });
  test('a vector has the square root of its size for both fans', () => {
    expect(moments(draw('leCunNormal', [40_000])).variance * 200).toBeCloseTo(1, 1);
  });
  test('a negative scale is an error', () => {
    expect(() => draw({ scaling: -1, mode: 'fanIn', distribution: 'normal' }, [2, 2])).toThrow('must not be negative');
  });
});

describe('unitSphere', () => {
  test('rows of length 1, in all directions', () => {
    const values = draw('unitSphere', [2000, 3]);
    for (let row = 0; row < 2000; row++) {
      expect(Math.hypot(...values.subarray(row * 3, row * 3 + 3))).toBeCloseTo(1, 6);
    }
    for (const axis of [0, 1, 2]) {
      const along = values.filter((_, i) => i % 3 === axis);
      expect(Math.abs(moments(along).mean)).toBeLessThan(0.05);
      expect(moments(along).variance).toBeCloseTo(1 / 3, 1);
    }
  });
});

describe('orthogonal', () => {
  const at = (values: Float32Array, columns: number, i: number, j: number): number => values[i * columns + j]!;
  test('columns of a tall matrix are orthonormal', () => {
    const values = draw('orthogonal', [40, 25]);
    for (let a = 0; a < 25; a++) {
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (let i = 0; i < 40; i++) product += at(values, 25, i, a) * at(values, 25, i, b);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 6);
      }
    }
  });
  test('rows of a wide kernel are orthogonal, of the length of the gain', () => {
    const values = draw({ orthogonal: 3 }, [2, 2, 3, 30]); // a matrix [12, 30]
    for (let a = 0; a < 12; a++) {
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (let j = 0; j < 30; j++) product += at(values, 30, a, j) * at(values, 30, b, j);
        expect(product).toBeCloseTo(a === b ? 9 : 0, 5);
      }
    }
  });
  test('a vector is an error', () => {
    expect(() => draw('orthogonal', [4])).toThrow('rank 2 and more, not for [4]');
  });
  test('is uniform over rotations: the first column has no preferred direction', () => {
    let sum = 0;
    for (let seed = 0; seed < 2000; seed++) sum += draw('orthogonal', [2, 2], 'x', seed)[0]!;
    expect(Math.abs(sum / 2000)).toBeLessThan(0.05); // deviation sqrt(1/2) / sqrt(2000) = 0.016
  });
});
