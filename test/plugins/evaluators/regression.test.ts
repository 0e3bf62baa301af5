import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regression } from '../../../plugins/evaluators/regression.js';
import { judge, type Pair, pairBlocks } from './evaluating.js';

const judgePairs = (pairs: readonly Pair[], size = 4) => judge(regression, pairBlocks(pairs, size));
const values = async (pairs: readonly Pair[], size?: number) => (await judgePairs(pairs, size)).values;
/** [closeness, target] each. */
const pairsOf = (rows: readonly (readonly [number, number])[]): Pair[] =>
  rows.map(([closeness, target]) => ({ closeness, target }));

/** Rank among all: one more than the smaller ones, and half of the other equal ones. */
const rank = (all: readonly number[], value: number): number =>
  1 + all.filter((other) => other < value).length + (all.filter((other) => other === value).length - 1) / 2;

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (numbers: readonly number[]): number => numbers.reduce((x, y) => x + y, 0) / numbers.length;
  const product = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, i) => sum + (value - mean(x)) * (y[i]! - mean(y)), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

const somePairs = fc
  .array(
    fc.record({
      closeness: fc.integer({ min: -4, max: 4 }).map((value) => value / 2),
      target: fc.integer({ min: 0, max: 5 }).map((value) => value / 4),
      weight: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((pairs): Pair[] => [...pairs, { closeness: 3, target: 2, weight: 1 }, { closeness: -3, target: 1, weight: 2 }]);
const repeated = (pairs: readonly Pair[]): Pair[] =>
  pairs.flatMap(({ weight = 1, ...rest }) => Array<Pair>(weight).fill(rest));

describe('regression', () => {
  it('agrees with loops over the pairs, each as often as its weight says', async () => {
    await fc.assert(
      fc.asyncProperty(somePairs, async (pairs) => {
        const many = repeated(pairs);
        const [closeness, target] = [many.map((pair) => pair.closeness), many.map((pair) => pair.target)];
        const gaps = closeness.map((value, i) => value - target[i]!);
        const found = await values(pairs);
        expect(found.mse).toBeCloseTo(gaps.reduce((sum, gap) => sum + gap ** 2, 0) / gaps.length, 9);
        expect(found.mae).toBeCloseTo(gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / gaps.length, 9);
        expect(found.pearson).toBeCloseTo(correlation(closeness, target), 9);
        const ranks = (all: readonly number[]): number[] => all.map((value) => rank(all, value));
        expect(found.spearman).toBeCloseTo(correlation(ranks(closeness), ranks(target)), 9);
      }),
    );
  });

  it('counts a pair of weight n as n pairs, in any order and any blocks', async () => {
    await fc.assert(
      fc.asyncProperty(somePairs, fc.integer({ min: 1, max: 9 }), async (pairs, size) => {
        const [heavy, many] = [await values(pairs), await values(repeated(pairs).reverse(), size)];
        for (const [name, value] of Object.entries(many)) expect(heavy[name], name).toBeCloseTo(value, 9);
      }),
    );
  });

  it('ranks ties by hand: scores 1 2 2 3, targets 1 1 2 2', async () => {
    // ranks 1, 2.5, 2.5, 4 and 1.5, 1.5, 3.5, 3.5: covariance 3, squares 4.5 and 4
    const found = await values(pairsOf([[1, 1], [2, 1], [2, 2], [3, 2]])); // biome-ignore format: a table
    expect(found.spearman).toBeCloseTo(3 / Math.sqrt(4.5 * 4), 12);
    expect(found.pearson).toBeCloseTo(1 / Math.sqrt(2), 12);
    expect([found.mse, found.mae]).toEqual([0.5, 0.5]);
  });

  it("is what scipy's documentation gives", async () => {
    // spearmanr([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]) and pearsonr([1, 2, 3, 4, 5], [10, 9, 2.5, 6, 4])
    const ranked = await values(pairsOf([[1, 5], [2, 6], [3, 7], [4, 8], [5, 7]])); // biome-ignore format: a table
    expect(ranked.spearman).toBeCloseTo(0.8207826816681233, 12);
    const linear = await values(pairsOf([[1, 10], [2, 9], [3, 2.5], [4, 6], [5, 4]])); // biome-ignore format: a table
    expect(linear.pearson).toBeCloseTo(-0.7426106572325057, 12);
  });

  it('does not compare a distance with a target that falls as it rises', async () => {
    const pairs = [[0.5, 1], [2, 0.25], [1, 0.5]].map(([score, target]) => ({ score: score!, closeness: -score!, target: target! })); // biome-ignore format: a table
    const { values: found, notes } = await judgePairs(pairs);
    expect([found.mse, found.mae, found.spearman]).toEqual([Number.NaN, Number.NaN, 1]);
    expect(found.pearson).toBeGreaterThan(0.9);
    expect(notes).toEqual(['the score is a distance: mse and mae are not reported']);
  });

  it.each([
    ['all scores are', pairsOf([[0.1, 1], [0.1, 2], [0.1, 3]])], // biome-ignore format: a table
    ['all targets are', pairsOf([[1, 0.1], [2, 0.1], [3, 0.1]])], // biome-ignore format: a table
    ['there is one pair, and so they are', pairsOf([[1, 1]])],
    ['all with a weight are', [{ closeness: 1, target: 1 }, { closeness: 5, target: 5, weight: 0 }, { closeness: 1, target: 2 }]], // biome-ignore format: a table
  ])('knows no correlation where %s equal, and says so', async (_what, pairs) => {
    const { values: found, notes } = await judgePairs(pairs);
    expect([found.pearson, found.spearman]).toEqual([Number.NaN, Number.NaN]);
    expect(found.mse).toBeGreaterThanOrEqual(0);
    expect(notes).toEqual(['all scores or all targets are equal: no correlation']);
  });

  it.each([
    ['without pairs', [], 'there are no pairs to predict'],
    ['without a weight', [{ closeness: 1, target: 1, weight: 0 }], 'there are no pairs to predict'],
    ['of a score that is no number', pairsOf([[Number.NaN, 1], [1, 2]]), 'some scores are not numbers'], // biome-ignore format: a table
  ])('measures nothing %s, and says so', async (_what, pairs, note) => {
    const { values: found, notes } = await judgePairs(pairs);
    expect(Object.values(found)).toEqual(Array(4).fill(Number.NaN));
    expect(notes).toEqual([note]);
  });
});
