import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NeighbourBlock } from '../../../core/contract/index.js';
import { evaluateMetric } from '../../../core/run/case/metrics.js';
import { euclidean } from '../../../plugins/distances/euclidean.js';
import { retrieval } from '../../../plugins/evaluators/retrieval.js';
import { bound as boundDistance } from '../../evaluate/distances.js';
import { begin, bound, figures, flat, judge, referenceCases } from './evaluating.js';

/** The relevance of a query's neighbours, and how many it should find. */
interface Query {
  readonly relevance: readonly number[];
  readonly total: number;
  readonly weight?: number;
}

function blockOf(queries: readonly Query[]): NeighbourBlock {
  const count = queries[0]?.relevance.length ?? 0;
  return {
    queries: Int32Array.from(queries, (_, q) => q),
    count,
    gallery: new Int32Array(queries.length * count),
    distances: new Float32Array(queries.length * count),
    relevance: Float32Array.from(queries.flatMap(({ relevance }) => relevance)),
    relevantTotal: Int32Array.from(queries, ({ total }) => total),
    ranks: (q) => queries[q]!.relevance.flatMap((one, i) => (one > 0 ? [i + 1] : [])),
    weight: Float32Array.from(queries, ({ weight = 1 }) => weight),
  };
}

/** Each metric by its definition, on one query. */
function oracle({ relevance, total }: Query, at: readonly number[]): Record<string, number> {
  const found = (k: number): number => relevance.slice(0, k).reduce((a, b) => a + b, 0);
  const precisions = (k: number): number =>
    relevance.slice(0, k).reduce((sum, one, i) => sum + one * (found(i + 1) / (i + 1)), 0) / total;
  const gain = (list: readonly number[], k: number): number =>
    list.slice(0, k).reduce((sum, one, i) => sum + one / Math.log2(i + 2), 0);
  const first = relevance.indexOf(1);
  return {
    ...Object.fromEntries(at.map((k) => [`recallAt${k}`, Number(found(k) > 0)])),
    precisionAt1: found(1),
    rPrecision: found(total) / total,
    mapAtR: precisions(total),
    meanAveragePrecision: precisions(relevance.length),
    meanReciprocalRank: first < 0 ? 0 : 1 / (first + 1),
    ...Object.fromEntries(at.map((k) => [`ndcgAt${k}`, gain(relevance, k) / gain(Array(total).fill(1), k)])),
  };
}

/** Blocks of queries with lists of one length; some relevant items may lie beyond it. */
const someBlocks = fc.integer({ min: 1, max: 12 }).chain((length) =>
  fc.array(
    fc
      .record({
        relevance: fc.array(fc.constantFrom(0, 0, 1), { minLength: length, maxLength: length }),
        beyond: fc.nat({ max: 2 }),
        weight: fc.integer({ min: 1, max: 3 }),
      })
      .map(({ relevance, beyond, weight }) => ({
        relevance,
        weight,
        total: relevance.reduce((a, b) => a + b, beyond),
      })),
    { minLength: 1, maxLength: 6 },
  ),
);

beforeAll(async () => {
  await tfc.setBackend('cpu');
});

describe('retrieval', () => {
  it('is the weighted mean of the definitions over the queries that have something to find', async () => {
    const at = [1, 2, 7];
    await fc.assert(
      fc.asyncProperty(fc.array(someBlocks, { minLength: 1, maxLength: 3 }), async (blocks) => {
        const asking = blocks.flat().filter(({ total }) => total > 0);
        const { values } = await judge(retrieval, blocks.map(blockOf), { options: { at } });
        const weights = asking.reduce((sum, { weight }) => sum + weight, 0);
        for (const name of Object.keys(oracle(asking[0] ?? { relevance: [], total: 1 }, at))) {
          const expected = asking.reduce((sum, query) => sum + query.weight * oracle(query, at)[name]!, 0) / weights;
          if (asking.length === 0) expect(values[name]).toBeNaN();
          else expect(values[name], name).toBeCloseTo(expected, 9);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('counts a query of weight n as n queries', async () => {
    await fc.assert(
      fc.asyncProperty(someBlocks, async (queries) => {
        const repeated = queries.flatMap(({ weight, ...rest }) => Array<Query>(weight).fill(rest));
        const [heavy, many] = [await judge(retrieval, [blockOf(queries)]), await judge(retrieval, [blockOf(repeated)])];
        for (const [name, value] of Object.entries(many.values)) {
          if (Number.isNaN(value)) expect(heavy.values[name]).toBeNaN();
          else expect(heavy.values[name], name).toBeCloseTo(value, 9);
        }
        expect(heavy.notes).toEqual(many.notes);
      }),
    );
  });

  it('is right by hand', async () => {
    // R = 3, found at ranks 2, 3 and 6
    const result = await judge(retrieval, [blockOf([{ relevance: [0, 1, 1, 0, 0, 1], total: 3 }])]);
    const shown = flat(figures(retrieval, result));
    expect(shown).toMatchObject({
      'recallAt.1': 0,
      'recallAt.2': 1,
      precisionAt1: 0,
      rPrecision: 2 / 3,
      meanReciprocalRank: 0.5,
    });
    expect(shown.mapAtR).toBeCloseTo((1 / 2 + 2 / 3) / 3, 12);
    expect(shown.meanAveragePrecision).toBeCloseTo((1 / 2 + 2 / 3 + 3 / 6) / 3, 12);
    const best = 1 + 1 / Math.log2(3) + 0.5;
    expect(shown['ndcgAt.10']).toBeCloseTo((1 / Math.log2(3) + 0.5 + 1 / Math.log2(7)) / best, 12);
    expect(shown['ndcgAt.2']).toBeCloseTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)), 12);
    expect(Object.keys(shown)).toHaveLength(5 + 5 + 5);
  });

  it('measures nothing where no query has anything to find, and says so', async () => {
    for (const blocks of [[], [blockOf([{ relevance: [0, 0], total: 0 }])]]) {
      const { values, notes } = await judge(retrieval, blocks);
      expect(Object.values(values)).toEqual(Array(15).fill(Number.NaN));
      expect(notes).toEqual(['no item has another one of its group to find']);
    }
  });

  it('breaks ties by item number: the lower one comes first', async () => {
    const embeddings = [[0], [1], [-1], [5]]; // biome-ignore format: a table
    const recall = async (labels: readonly number[]) =>
      flat(await evaluateMetric(bound(retrieval, { at: [1] }), { embeddings, labels }, boundDistance(euclidean)));
    // item 0 is as far from 1 as from 2: only where 1 is of its group it finds it first
    expect((await recall([0, 0, 9, 8]))['recallAt.1']).toBe(1);
    expect((await recall([0, 9, 0, 8]))['recallAt.1']).toBe(0.5);
  });

  it('needs no list of neighbours: ranks say all', () => {
    expect(bound(retrieval).neighbours).toBe(0);
  });

  it('reweighs its queries as if they had been given so', async () => {
    const queries = [
      { relevance: [0, 1, 1], total: 2 },
      { relevance: [1, 0, 0], total: 1 },
      { relevance: [0, 0, 0], total: 0 },
    ];
    const accumulator = begin(retrieval);
    await accumulator.add(blockOf(queries) as never);
    const weights = [3, 1, 5];
    const heavy = blockOf(queries.map((query, q) => ({ ...query, weight: weights[q]! })));
    expect(accumulator.resampled!(Float64Array.from(weights))).toEqual((await judge(retrieval, [heavy])).values);
  });
});

describe('reference cases', () => {
  const cases = referenceCases('retrieval');
  it('are there', () => expect(cases).toHaveLength(2));
  it.each(cases)('$file', async ({ inputs, value, options }) => {
    const reached = flat(await evaluateMetric(bound(retrieval, options), inputs, boundDistance(euclidean)));
    for (const [name, expected] of Object.entries(flat(value))) expect(reached[name], name).toBeCloseTo(expected!, 5);
  });
});
