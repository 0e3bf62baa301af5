import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateMetric } from '../../../core/run/case/metrics.js';
import { euclidean } from '../../../plugins/distances/euclidean.js';
import { verification } from '../../../plugins/evaluators/verification.js';
import { bound as boundDistance } from '../../evaluate/distances.js';
import {
  begin,
  bound,
  figures,
  flat,
  judge,
  type Pair,
  pairBlocks,
  referenceCases,
  type Settings,
} from './evaluating.js';

const judgePairs = (pairs: readonly Pair[], settings: Settings = {}, size = 3) =>
  judge(verification, pairBlocks(pairs, size), settings);

/** All that verification reports, by loops over thresholds and pairs. */
function oracle(pairs: readonly Pair[], { threshold = null, positive = 'same' }: Settings = {}) {
  const weigh = (chosen: (pair: Pair) => boolean): number =>
    pairs.filter(chosen).reduce((sum, { weight = 1 }) => sum + weight, 0);
  const isSame = ({ target }: Pair): boolean => target >= 0.5;
  const [same, different] = [weigh(isSame), weigh((pair) => !isSame(pair))];
  let wins = 0;
  for (const a of pairs.filter(isSame)) {
    for (const b of pairs.filter((pair) => !isSame(pair))) {
      const won = a.closeness > b.closeness ? 1 : a.closeness === b.closeness ? 0.5 : 0;
      wins += won * (a.weight ?? 1) * (b.weight ?? 1);
    }
  }
  const cuts = [...new Set(pairs.map(({ closeness }) => closeness))].sort((a, b) => b - a);
  const corners = [Infinity, ...cuts].map((cut) => ({
    tar: weigh((pair) => isSame(pair) && pair.closeness >= cut) / same,
    far: weigh((pair) => !isSame(pair) && pair.closeness >= cut) / different,
    precision: weigh((pair) => isSame(pair) && pair.closeness >= cut) / weigh((pair) => pair.closeness >= cut),
  }));
  let precisions = 0;
  const crossings: number[] = [];
  for (let i = 1; i < corners.length; i++) {
    const [a, b] = [corners[i - 1]!, corners[i]!];
    if (b.tar > a.tar) precisions += (b.tar - a.tar) * b.precision;
    // far + tar = 1 somewhere on the segment
    const [from, to] = [a.far + a.tar - 1, b.far + b.tar - 1];
    if (from < 1e-12 && to > -1e-12 && to - from > 1e-12)
      crossings.push(a.far + (-from / (to - from)) * (b.far - a.far));
  }
  const tarAt = (bound: number): number => Math.max(...corners.filter(({ far }) => far <= bound).map(({ tar }) => tar));
  const wanted = (pair: Pair): boolean => isSame(pair) === (positive === 'same');
  const called = (pair: Pair): boolean => pair.closeness >= threshold! === (positive === 'same');
  const hits = weigh((pair) => wanted(pair) && called(pair));
  const precision = weigh(called) === 0 ? 0 : hits / weigh(called);
  const recall = hits / weigh(wanted);
  const [probability, gaps] = [(one: Pair) => 1 / (1 + Math.exp(-(one.score ?? one.closeness))), [] as number[]];
  for (let bin = 0; bin < 10; bin++) {
    const inside = pairs.filter((one) => Math.min(9, Math.floor(probability(one) * 10)) === bin);
    gaps.push(
      Math.abs(inside.reduce((sum, one) => sum + (one.weight ?? 1) * (probability(one) - Number(isSame(one))), 0)),
    );
  }
  const total = same + different;
  const squares = pairs.reduce(
    (sum, one) => sum + (one.weight ?? 1) * (probability(one) - Number(isSame(one))) ** 2,
    0,
  );
  return {
    brier: squares / total,
    expectedCalibrationError: gaps.reduce((a, b) => a + b, 0) / total,
    'tarAtFar0.001': tarAt(0.001),
    'tarAtFar0.0001': tarAt(0.0001),
    rocAuc: wins / (same * different),
    averagePrecision: precisions,
    equalErrorRate: crossings[0]!,
    'tarAtFar0.1': tarAt(0.1),
    'tarAtFar0.01': tarAt(0.01),
    tarAtFar0: tarAt(0),
    accuracy: weigh((pair) => wanted(pair) === called(pair)) / (same + different),
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
  };
}

const closeness = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.float({ min: -3, max: 3, noNaN: true }));
const pair = (target: readonly number[]) =>
  fc.record({ closeness, target: fc.constantFrom(...target), weight: fc.constantFrom(1, 1, 2, 3) });
/** Both kinds are there. */
const somePairs = fc
  .tuple(fc.array(pair([0, 0.25, 0.5, 1]), { maxLength: 30 }), pair([1]), pair([0]))
  .map(([pairs, same, different]): Pair[] => [...pairs, same, different]);

beforeAll(async () => {
  await tfc.setBackend('cpu');
});

describe('verification', () => {
  it('agrees with loops over thresholds and pairs, with ties and weights', async () => {
    const positives = fc.constantFrom('same', 'different');
    await fc.assert(
      fc.asyncProperty(somePairs, fc.integer({ min: -2, max: 3 }), positives, async (pairs, threshold, positive) => {
        const { values } = await judgePairs(pairs, { threshold, positive, score: 'logit' });
        const expected = oracle(pairs, { threshold, positive });
        for (const [name, value] of Object.entries(expected)) expect(values[name], name).toBeCloseTo(value, 9);
        expect(Object.keys(values).sort()).toEqual(Object.keys(expected).sort());
      }),
      { numRuns: 200 },
    );
  });

  it('counts a pair of weight n as n pairs, in any order and any blocks', async () => {
    await fc.assert(
      fc.asyncProperty(somePairs, fc.integer({ min: 1, max: 9 }), async (pairs, size) => {
        const repeated = pairs.flatMap(({ weight = 1, ...rest }) => Array<Pair>(weight).fill(rest)).reverse();
        const [heavy, many] = [
          await judgePairs(pairs, { threshold: 0, score: 'logit' }),
          await judgePairs(repeated, { threshold: 0, score: 'logit' }, size),
        ];
        for (const [name, value] of Object.entries(many.values)) expect(heavy.values[name], name).toBeCloseTo(value, 9);
        expect(heavy.curves!.roc).toEqual(many.curves!.roc);
      }),
    );
  });

  it('is right by hand', async () => {
    // same: 4, 3, 1; different: 3, 2, 0
    const pairs = [[4, 1], [3, 1], [1, 1], [3, 0], [2, 0], [0, 0]].map(([near, target]) => ({ closeness: near!, target: target! })); // biome-ignore format: a table
    const { values, curves, notes } = await judgePairs(pairs, { threshold: 3 });
    expect(values.rocAuc).toBeCloseTo((3 + 2.5 + 1) / 9, 12);
    expect(values.averagePrecision).toBeCloseTo(1 / 3 + (1 / 3) * (2 / 3) + (1 / 3) * (3 / 5), 12);
    expect(values.equalErrorRate).toBeCloseTo(1 / 3, 12);
    expect([values.tarAtFar0, values['tarAtFar0.1']]).toEqual([1 / 3, 1 / 3]);
    expect(values.accuracy).toBeCloseTo(4 / 6, 12);
    expect([values.precision, values.recall, values.f1]).toEqual([2 / 3, 2 / 3, 2 / 3]);
    expect(curves?.roc).toEqual([[0, 0], [0, 1 / 3], [1 / 3, 2 / 3], [2 / 3, 2 / 3], [2 / 3, 1], [1, 1]]); // biome-ignore format: a table
    expect(notes).toBeUndefined();
  });

  it('interpolates the equal error rate within a large tie', async () => {
    // one corner accepts 3 of 4 same and 1 of 2 different at once: from (0, 0) to (1/2, 3/4), far = 1 - tar at far = 2/5
    const pairs = [...Array(3).fill([1, 1]), [1, 0], [0, 1], [0, 0]].map(([near, target]) => ({ closeness: near, target })); // biome-ignore format: a table
    expect((await judgePairs(pairs)).values.equalErrorRate).toBeCloseTo(0.4, 12);
  });

  it('keeps of the curve what bends it', async () => {
    const pairs = Array.from({ length: 3000 }, (_, i) => ({ closeness: -i, target: Number(i < 1000 || i >= 2000) }));
    expect((await judgePairs(pairs, {}, 700)).curves?.roc).toEqual([[0, 0], [0, 0.5], [1, 0.5], [1, 1]]); // biome-ignore format: a table
  });

  it('holds a million pairs of distinct closeness', async () => {
    const size = 2 ** 18;
    const block = (start: number) => ({
      closeness: Float32Array.from({ length: size }, (_, i) => -(start + i)),
      score: new Float32Array(size),
      target: Float32Array.from({ length: size }, (_, i) => Number((start + i) % 3 === 0)),
      weight: new Float32Array(size).fill(1),
      left: new Int32Array(size),
      right: new Int32Array(size),
    });
    const { values } = await judge(verification, [0, size, 2 * size, 3 * size].map(block));
    expect(values.rocAuc).toBeCloseTo(0.5, 5);
    expect(values.tarAtFar0).toBeCloseTo(3 / (4 * size), 9);
  });

  it.each([
    ['same', [{ closeness: 1, target: 0 }], 'verification needs same and different pairs: there are no same ones'],
    [
      'different',
      [{ closeness: 1, target: 1 }],
      'verification needs same and different pairs: there are no different ones',
    ],
    [
      'same (of any weight)',
      [
        { closeness: 1, target: 1, weight: 0 },
        { closeness: 1, target: 0 },
      ],
      'verification needs same and different pairs: there are no same ones',
    ],
    ['all', [], 'verification needs same and different pairs: there are no same ones'],
  ])('measures nothing without %s pairs, and says so', async (_kind, pairs, note) => {
    // biome-ignore format: a table
    const { values, notes } = await judgePairs(pairs, { threshold: 0 });
    expect(Object.values(values)).toEqual(Array(14).fill(Number.NaN));
    expect(notes).toEqual([note]);
  });

  it('decides nothing without a threshold, and says so', async () => {
    const pairs = [{ closeness: 1, target: 1 }, { closeness: 0, target: 0 }]; // biome-ignore format: a table
    const result = await judgePairs(pairs);
    expect(result.notes).toEqual(['no threshold was chosen: accuracy, precision, recall and f1 are not reported']);
    expect(figures(verification, result)).toEqual({
      rocAuc: 1,
      averagePrecision: 1,
      equalErrorRate: 0,
      tarAtFar: { '0.1': 1, '0.01': 1, '0.001': 1, '0.0001': 1, '0': 1 },
      accuracy: null,
      precision: null,
      recall: null,
      f1: null,
      brier: null,
      expectedCalibrationError: null,
    });
  });

  it('says which bounds are finer than one pair', async () => {
    const pairs = Array.from({ length: 200 }, (_, i) => ({ closeness: i, target: Number(i >= 100) }));
    const { unsupported } = await judgePairs(pairs);
    const reason = 'too few pairs: 100 different ones';
    expect(unsupported).toEqual({ 'tarAtFar0.001': reason, 'tarAtFar0.0001': reason });
  });

  it('reweighs its pairs as if they had been given so', async () => {
    await fc.assert(
      fc.asyncProperty(somePairs, async (pairs) => {
        const settings = { threshold: 0, score: 'logit' } as const;
        const accumulator = begin(verification, settings);
        const plain = pairs.map(({ closeness: near, target }) => ({ closeness: near, target }));
        for (const block of pairBlocks(plain)) await accumulator.add(block as never);
        accumulator.result();
        const weights = Float64Array.from(pairs, ({ weight = 1 }) => weight);
        expect(accumulator.resampled!(weights)).toEqual((await judgePairs(pairs, settings)).values);
      }),
    );
  });

  it('reports the rates that are asked for', async () => {
    const pairs = [{ closeness: 2, target: 0 }, { closeness: 1, target: 1 }]; // biome-ignore format: a table
    const { values } = await judgePairs(pairs, { options: { falseAcceptRates: [1, 0.999] } });
    expect([values.tarAtFar1, values['tarAtFar0.999'], values.tarAtFar0]).toEqual([1, 0, undefined]);
  });

  it('takes a closeness that is no number for the least', async () => {
    const pairs = [{ closeness: Number.NaN, target: 0 }, { closeness: -9, target: 1 }, { closeness: Number.NaN, target: 1 }]; // biome-ignore format: a table
    const { values } = await judgePairs(pairs, { threshold: -10 });
    expect([values.rocAuc, values.accuracy]).toEqual([0.75, 2 / 3]);
  });
});

describe('reference cases', () => {
  const cases = referenceCases('verification');
  it('are there', () => expect(cases).toHaveLength(2));
  it.each(cases)('$file', async ({ inputs, value, options }) => {
    const reached = flat(await evaluateMetric(bound(verification, options), inputs, boundDistance(euclidean)));
    for (const [name, expected] of Object.entries(flat(value))) expect(reached[name], name).toBeCloseTo(expected!, 5);
  });
});
