import { describe, expect, it } from 'vitest';
import { onlineContrastive } from '../../../plugins/losses/online-contrastive.js';
import { drawnRows, expectClose, type Matrix, numericGradient, type Vector } from '../numeric.js';
import { apart, mean, onPairs } from './batch-loss.js';

const setting = { plugin: onlineContrastive, options: { margin: 1.5 } };
/** Pairs on a line by their distances. */
const line = (distances: Vector): { left: Matrix; right: Matrix } => ({
  left: distances.map(() => [0]),
  right: distances.map((d) => [d]),
});

function oracle(left: Matrix, right: Matrix, target: Vector): number {
  const d = left.map((row, i) => apart(row, right[i]!));
  const [same, different] = [1, 0].map((side) => d.filter((_, i) => target[i] === side)) as [number[], number[]];
  const low = different.length > 1 ? Math.min(...different) : mean(same);
  const high = same.length > 1 ? Math.max(...same) : mean(different);
  const pull = same.filter((x) => x > low).map((x) => x ** 2);
  const push = different.filter((x) => x < high).map((x) => Math.max(0, 1.5 - x) ** 2);
  return mean([...pull, ...push]);
}

describe('online-contrastive', () => {
  it('keeps the same pairs beyond the nearest different one, and the different pairs before the farthest same one', () => {
    const found = onPairs(setting, { ...line([0.1, 0.5, 1, 0.4, 0.8, 1.2]), target: [1, 1, 1, 0, 0, 0] });
    expect(found.value).toBeCloseTo((0.25 + 1 + 1.1 ** 2 + 0.7 ** 2) / 4, 6);
    expect(found.monitors['activeShare']).toBeCloseTo(4 / 6, 6);
  });

  it('compares with the mean where there are fewer than two on the other side', () => {
    expect(onPairs(setting, { ...line([0.1, 0.5, 0.9]), target: [1, 1, 1] }).value).toBeCloseTo(0.81, 6);
    expect(onPairs(setting, { ...line([0.2, 1.2, 0.4]), target: [0, 0, 1] }).value).toBeCloseTo(
      (1.3 ** 2 + 0.4 ** 2) / 2,
      6,
    );
  });

  it('agrees with its formula written as loops, and with its gradient', () => {
    for (const target of [
      [1, 0, 1, 0, 1, 0, 0, 1],
      [1, 1, 1, 1, 1, 1, 0, 1],
      [0, 0, 0, 0, 0, 0, 0, 0],
    ]) {
      // biome-ignore format: a table
      const [left, right] = [drawnRows(8, 3, 4), drawnRows(8, 3, 6)];
      const found = onPairs(setting, { left, right, target });
      const rows = (x: Vector, from: number): Matrix => left.map((_, i) => x.slice((from + i) * 3, (from + i + 1) * 3));
      const expected = numericGradient((x) => oracle(rows(x, 0), rows(x, 8), target), [...left, ...right].flat());
      expect(found.value).toBeCloseTo(oracle(left, right, target), 5);
      expectClose(found.gradient, expected, 1e-5);
    }
  });

  it('does not depend on the order of the pairs', () => {
    const [left, right, target] = [drawnRows(5, 3, 4), drawnRows(5, 3, 6), [1, 0, 1, 0, 0]];
    const back = onPairs(setting, { left: left.toReversed(), right: right.toReversed(), target: target.toReversed() });
    expectClose([back.value], [onPairs(setting, { left, right, target }).value], 1e-6);
  });

  it('is 0 where no pair is hard, and finite for one pair and for coincident points', () => {
    const easy = onPairs(setting, { ...line([0.1, 0.2, 1, 1.1]), target: [1, 1, 0, 0] });
    expect([easy.value, ...easy.gradient].map(Math.abs)).toEqual(Array(9).fill(0));
    for (const target of [[1], [0]]) expect(onPairs(setting, { ...line([0.3]), target }).value).toBe(0);
    const met = onPairs(setting, { ...line([0, 0, 0, 0]), target: [1, 1, 0, 0] });
    expect([met.value, ...met.gradient].every(Number.isFinite)).toBe(true);
  });
});
