import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ThresholdRule } from '../../core/contract/index.js';
import { chooseThreshold, type ScoredPairs } from '../../core/evaluate/threshold.js';

type Pair = readonly [closeness: number, target: number, weight?: number];
const scored = (pairs: readonly Pair[]): ScoredPairs => ({
  closeness: Float32Array.from(pairs, ([closeness]) => closeness),
  target: Float32Array.from(pairs, ([, target]) => target),
  weight: pairs.some((pair) => pair.length > 2) ? Float32Array.from(pairs, ([, , weight = 1]) => weight) : null,
});
const same = { produces: 'value', positive: 'same' } as const;

/** What the rule values, of accepting every pair at or above `threshold`: by a loop over the pairs. */
function quality(
  pairs: readonly Pair[],
  threshold: number,
  rule: ThresholdRule,
  positive: 'same' | 'different',
): number {
  let [trueAccepts, falseAccepts, trueRejects, falseRejects] = [0, 0, 0, 0];
  for (const [closeness, target, weight = 1] of pairs) {
    const [accepted, isSame] = [Math.fround(closeness) >= threshold, target >= 0.5];
    if (accepted && isSame) trueAccepts += weight;
    else if (accepted) falseAccepts += weight;
    else if (isSame) falseRejects += weight;
    else trueRejects += weight;
  }
  const falseAcceptRate = falseAccepts / (falseAccepts + trueRejects);
  const falseRejectRate = falseRejects / (trueAccepts + falseRejects);
  switch (rule.type) {
    case 'equal-error':
      return -Math.abs(falseAcceptRate - falseRejectRate);
    case 'best-accuracy':
      return (trueAccepts + trueRejects) / pairs.reduce((sum, [, , weight = 1]) => sum + weight, 0);
    case 'best-f1': {
      const hits = positive === 'same' ? trueAccepts : trueRejects;
      const [called, all] =
        positive === 'same'
          ? [trueAccepts + falseAccepts, trueAccepts + falseRejects]
          : [trueRejects + falseRejects, trueRejects + falseAccepts];
      const [precision, recall] = [called === 0 ? 0 : hits / called, hits / all];
      return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    }
    case 'far-at-most':
      return falseAcceptRate <= rule.rate ? 1 - falseRejectRate : -1;
    default:
      throw new Error('a fixed threshold is not chosen');
  }
}

/** One threshold above all values, one between each two neighbours, one at the lowest. */
function everyCut(pairs: readonly Pair[]): number[] {
  const values = [...new Set(pairs.map(([closeness]) => Math.fround(closeness)))].sort((a, b) => b - a);
  return [values[0]! + 1, ...values.map((value, i) => (i + 1 < values.length ? (value + values[i + 1]!) / 2 : value))];
}

const rules: readonly ThresholdRule[] = [
  { type: 'equal-error' },
  { type: 'best-f1' },
  { type: 'best-accuracy' },
  { type: 'far-at-most', rate: 0.25 },
  { type: 'far-at-most', rate: 0 },
];
/** Few values, so that there are ties; both kinds. */
const someClosenesses = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.float({ min: -5, max: 5, noNaN: true }));
const somePairs = fc
  .array(fc.tuple(someClosenesses, fc.constantFrom(0, 0.25, 0.5, 1)), { minLength: 1, maxLength: 25 })
  .map((pairs): Pair[] => [...pairs, [1, 1], [0, 0]]);

describe.each(rules)('%o', (rule) => {
  for (const positive of ['same', 'different'] as const) {
    it(`is as good as the best of all cuts, and no better one accepts less, ${positive} being positive`, () => {
      fc.assert(
        fc.property(somePairs, (pairs) => {
          const chosen = chooseThreshold(scored(pairs), rule, { produces: 'value', positive })!;
          const reached = quality(pairs, chosen.closeness, rule, positive);
          for (const cut of everyCut(pairs)) {
            expect(reached).toBeGreaterThanOrEqual(quality(pairs, cut, rule, positive) - 1e-12);
            const acceptsLess = pairs.some(
              ([closeness]) => closeness >= chosen.closeness && Math.fround(closeness) < cut,
            );
            if (acceptsLess) expect(quality(pairs, cut, rule, positive)).toBeLessThan(reached - 1e-9);
          }
        }),
        { numRuns: 200 },
      );
    });
  }

  it('counts a pair of weight n as n pairs', () => {
    const weighted = somePairs.chain((pairs) =>
      fc.tuple(
        fc.constant(pairs),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: pairs.length, maxLength: pairs.length }),
      ),
    );
    fc.assert(
      fc.property(weighted, ([pairs, weights]) => {
        const repeated = pairs.flatMap((pair, i) => Array<Pair>(weights[i]!).fill(pair));
        const heavy = pairs.map(([closeness, target], i): Pair => [closeness, target, weights[i]!]);
        expect(chooseThreshold(scored(heavy), rule, same)).toEqual(chooseThreshold(scored(repeated), rule, same));
      }),
    );
  });

  it('is null where one kind of pair is missing, or has no weight', () => {
    expect(chooseThreshold(scored([[1, 1], [2, 0.5]]), rule, same)).toBeNull(); // biome-ignore format: a table
    expect(chooseThreshold(scored([[1, 0], [2, 0.4]]), rule, same)).toBeNull(); // biome-ignore format: a table
    expect(chooseThreshold(scored([[1, 1, 1], [2, 0, 0]]), rule, same)).toBeNull(); // biome-ignore format: a table
    expect(chooseThreshold(scored([]), rule, same)).toBeNull();
  });
});

describe('chooseThreshold', () => {
  // same at 0.9, 0.8, 0.4; different at 0.6, 0.2, 0.1
  const pairs = scored([[0.9, 1], [0.6, 0], [0.4, 1], [0.8, 1], [0.2, 0], [0.1, 0]]); // biome-ignore format: a table
  const chosen = (rule: ThresholdRule): number => chooseThreshold(pairs, rule, same)!.closeness;

  it('chooses by hand', () => {
    expect(chosen({ type: 'best-accuracy' })).toBeCloseTo(0.7, 6); // 5 of 6; so does 0.3, which accepts more
    expect(chosen({ type: 'best-f1' })).toBeCloseTo(0.3, 6); // 6/7 against 4/5
    expect(chosen({ type: 'far-at-most', rate: 0 })).toBeCloseTo(0.7, 6);
    expect(chosen({ type: 'far-at-most', rate: 1 / 3 })).toBeCloseTo(0.3, 6);
    expect(chosen({ type: 'equal-error' })).toBeCloseTo(0.5, 6); // 1/3 and 1/3
  });

  it('names it in units of the score: a distance has the other sign', () => {
    const distances = { ...pairs, closeness: pairs.closeness.map((value) => value - 1) };
    const threshold = chooseThreshold(distances, { type: 'best-f1' }, { produces: 'distance', positive: 'same' })!;
    expect(threshold.score).toBeCloseTo(0.7, 6);
    expect(threshold.closeness).toBe(-threshold.score);
    expect(chooseThreshold(pairs, { type: 'best-f1' }, { produces: 'logit', positive: 'same' })!.score).toBeCloseTo(0.3, 6); // biome-ignore format: one case
  });

  it('may accept nothing, or everything', () => {
    const turned = scored([[1, 1], [2, 0]]); // biome-ignore format: a table
    const nothing = chooseThreshold(turned, { type: 'far-at-most', rate: 0 }, same)!.closeness;
    expect(nothing).toBeGreaterThan(2);
    expect(chooseThreshold(turned, { type: 'best-f1' }, same)!.closeness).toBe(1);
  });

  it('takes a fixed one as it is, in units of the score, whatever the pairs', () => {
    const fixed = { type: 'fixed', value: 0.25 } as const;
    const none = scored([]);
    expect(chooseThreshold(none, fixed, { produces: 'distance', positive: 'same' })).toEqual({ closeness: -0.25, score: 0.25 }); // biome-ignore format: one case
    expect(chooseThreshold(none, fixed, { produces: 'value', positive: 'same' })).toEqual({ closeness: 0.25, score: 0.25 }); // biome-ignore format: one case
    const zero = chooseThreshold(none, { type: 'fixed', value: 0 }, { produces: 'distance', positive: 'same' })!;
    expect(Object.is(zero.closeness, 0)).toBe(true);
  });

  it('cuts between infinite values, and never accepts what is no number', () => {
    const odd = scored([[Infinity, 1], [0, 1], [-Infinity, 0], [Number.NaN, 0]]); // biome-ignore format: a table
    expect(chooseThreshold(odd, { type: 'best-accuracy' }, same)!.closeness).toBe(0);
    const [high, low] = [scored([[Infinity, 1], [1, 0]]), scored([[Infinity, 0], [1, 1]])]; // biome-ignore format: a table
    expect(chooseThreshold(high, { type: 'best-accuracy' }, same)!.closeness).toBe(Infinity);
    expect(chooseThreshold(low, { type: 'best-f1' }, same)!.closeness).toBe(1);
  });
});
