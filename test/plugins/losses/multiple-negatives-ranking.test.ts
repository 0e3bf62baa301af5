import { describe, expect, it } from 'vitest';
import { cosine } from '../../../plugins/distances/cosine.js';
import { negativeDot } from '../../../plugins/distances/negative-dot.js';
import { multipleNegativesRanking } from '../../../plugins/losses/multiple-negatives-ranking.js';
import { drawnRows, expectClose, type Matrix, numericGradient, type Vector } from '../numeric.js';
import { cos, dot, lse, mean, onPairs } from './batch-loss.js';

const options = { scale: 3, accidentalHits: 'mask', frequencyCorrection: false } as const;
const setting = { plugin: multipleNegativesRanking, options, distance: cosine };
const [left, right] = [drawnRows(5, 4, 1), drawnRows(5, 4, 2)];
const target = [1, 1, 0, 1, 1];
const known = [
  [1, 0, 0, 0, 1],
  [0, 1, 0, 0, 0],
  [1, 0, 0, 0, 0],
  [0, 1, 1, 1, 0],
  [0, 0, 0, 0, 1],
];
const logFrequency = [0.1, 0.4, 0.1, 0.2, 0.3].map(Math.log);

interface Formula {
  readonly similar?: (a: Vector, b: Vector) => number;
  readonly keep?: (i: number, j: number) => boolean;
  readonly less?: Vector;
}
const oracle = (
  l: Matrix,
  r: Matrix,
  { similar = cos, keep = (i, j) => i === j || known[i]![j] === 0, less = [0, 0, 0, 0, 0] }: Formula = {},
) =>
  mean(
    l.flatMap((row, i) => {
      if (target[i] === 0) return [];
      const scores = r.map((other, j) => 3 * similar(row, other) - less[j]!);
      return [lse(scores.filter((_, j) => keep(i, j))) - scores[i]!];
    }),
  );
const batch = { left, right, target, known, logFrequency };

describe('multiple-negatives-ranking', () => {
  it('is log of the number of pairs where nothing tells the right items apart', () => {
    const same = [[1, 0], [2, 0], [3, 0]]; // biome-ignore format: a table
    expect(onPairs(setting, { left: same, right: same, target: [1, 1, 1] }).value).toBeCloseTo(Math.log(3), 6);
  });

  it('leaves known matches out of the negatives, or keeps them', () => {
    expect(onPairs(setting, batch).value).toBeCloseTo(oracle(left, right), 5);
    const kept = { ...setting, options: { ...options, accidentalHits: 'keep' } };
    expect(onPairs(kept, batch).value).toBeCloseTo(oracle(left, right, { keep: () => true }), 5);
  });

  it('corrects for popular right items', () => {
    const corrected = { ...setting, options: { ...options, frequencyCorrection: true } };
    expect(onPairs(corrected, batch).value).toBeCloseTo(oracle(left, right, { less: logFrequency }), 5);
  });

  it('takes dot products under negative-dot', () => {
    const dots = { ...setting, distance: negativeDot };
    expect(onPairs(dots, batch).value).toBeCloseTo(oracle(left, right, { similar: dot }), 5);
  });

  it('has the gradient of its formula', () => {
    const flat = [...left, ...right].flat();
    const rows = (x: Vector, from: number): Matrix =>
      Array.from({ length: 5 }, (_, i) => x.slice((from + i) * 4, (from + i + 1) * 4));
    expectClose(
      onPairs(setting, batch).gradient,
      numericGradient((x) => oracle(rows(x, 0), rows(x, 5)), flat),
      1e-5,
    );
  });

  it('does not depend on the order of the pairs', () => {
    const order = [3, 1, 4, 0, 2];
    const by = <T>(list: readonly T[]): T[] => order.map((i) => list[i]!);
    const moved = { left: by(left), right: by(right), target: by(target), known: by(known).map(by), logFrequency };
    expectClose([onPairs(setting, moved).value], [onPairs(setting, batch).value], 1e-6);
  });

  it('is 0, with gradient 0, for a pair alone and where no pair matches', () => {
    for (const [pairs, targets] of [
      [1, [1]],
      [2, [0, 0]],
    ] as const) {
      // biome-ignore format: a table
      const found = onPairs(setting, { left: left.slice(0, pairs), right: right.slice(0, pairs), target: targets });
      expect([found.value, ...found.gradient].map(Math.abs).every((x) => x < 1e-7)).toBe(true);
    }
    const zeros = left.map(() => [0, 0, 0, 0]);
    const found = onPairs(setting, { left: zeros, right: zeros, target });
    expect([found.value, ...found.gradient].every(Number.isFinite)).toBe(true);
  });
});
