import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cosines, preciseCosines } from '../../../plugins/losses/cosines.js';
import { availableBackends } from '../../run/backends.js';

type Rows = number[][];

const rows = (seed: number, [count, width]: readonly [number, number]): Rows =>
  tfc.tidy(() => tfc.randomNormal([count, width], 0, 3, 'float32', seed).arraySync() as Rows);

/** Largest error against float64, in units of 2^-24: the half of the last place of a number from 1/2 to 1. */
function largestError(found: Rows, a: Rows, b: Rows): number {
  const dot = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, x, i) => sum + x * v[i]!, 0);
  const errors = a.map((u, i) => b.map((v, j) => found[i]![j]! - dot(u, v) / Math.sqrt(dot(u, u) * dot(v, v))));
  return Math.max(...errors.flat().map(Math.abs)) * 2 ** 24;
}

describe.each(await availableBackends())('precise cosines on $name', ({ open }) => {
  beforeAll(open);

  it.each([
    [2, 1.2],
    [8, 1.2],
    [64, 0.6],
    [700, 0.25],
  ])('are rounded once, of %i numbers', (width, bound) => {
    const [a, b] = [rows(1, [60, width]), rows(2, [40, width])];
    const of = (compute: typeof cosines): number =>
      largestError(
        tfc.tidy(() => compute(tfc.tensor2d(a), tfc.tensor2d(b)).arraySync() as Rows),
        a,
        b,
      );
    expect(of(preciseCosines)).toBeLessThan(bound); // smaller cosines have finer last places
    expect(of(preciseCosines)).toBeLessThan(of(cosines));
  });

  it('have the gradient of the plain ones, and are 0 for a zero vector', () => {
    const [a, b] = [tfc.tensor2d([...rows(3, [3, 5]), [0, 0, 0, 0, 0]]), tfc.tensor2d(rows(4, [6, 5]))];
    const weights = tfc.tensor2d(rows(5, [4, 6]));
    const gradients = (compute: typeof cosines): Rows[] =>
      tfc.tidy(() =>
        tfc
          .grads((u, v) => tfc.sum(tfc.mul(compute(u!, v!), weights)))([a, b])
          .map((one) => one.arraySync() as Rows),
      );
    expect(gradients(preciseCosines)).toEqual(gradients(cosines));
    expect((preciseCosines(a, b).arraySync() as Rows)[3]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
