import { Evaluator, type Metric, type NeighbourBlock } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

const share = (description: string): Metric => ({ better: 'higher', range: [0, 1], description });

/** Of one query, from the relevance of its ranked gallery. R = number of relevant items. */
interface QueryScore {
  readonly hitAt: (k: number) => number;
  readonly gainAt: (k: number) => number;
  readonly precisionAt1: number;
  readonly rPrecision: number;
  readonly mapAtR: number;
  readonly averagePrecision: number;
  readonly reciprocalRank: number;
}

function scoreQuery(relevance: Float32Array, total: number): QueryScore {
  let [found, precisions, precisionsAtR, foundAtR, first] = [0, 0, 0, 0, 0];
  relevance.forEach((relevant, i) => {
    if (relevant <= 0) return;
    found++;
    precisions += found / (i + 1);
    if (first === 0) first = i + 1;
    if (i < total) [precisionsAtR, foundAtR] = [precisions, found];
  });
  return {
    hitAt: (k) => Number(first > 0 && first <= k),
    gainAt: (k) => discounted(relevance, k) / discounted(new Float32Array(total).fill(1), k),
    precisionAt1: Number(first === 1),
    rPrecision: foundAtR / total,
    mapAtR: precisionsAtR / total,
    averagePrecision: precisions / total,
    reciprocalRank: first === 0 ? 0 : 1 / first,
  };
}

/** Discounted cumulative gain of the first k. */
function discounted(gains: Float32Array, k: number): number {
  let sum = 0;
  for (let i = 0; i < Math.min(k, gains.length); i++) sum += gains[i]! / Math.log2(i + 2);
  return sum;
}

/**
 * Retrieval: each item asks for the others of its group, nearest first by the recipe's distance (ties by item number; an
 * item never finds itself). R is the number of items that a query should find; means are over queries with R > 0.
 *   recallAt k      is one of the first k relevant
 *   precisionAt1    is the first one
 *   rPrecision      relevant among the first R / R
 *   mapAtR          (1/R) sum over the first R of precision at i where i is relevant
 *   meanAveragePrecision   the same over the whole gallery
 *   meanReciprocalRank     1 / rank of the first relevant one
 *   ndcgAt k        discounted gain 1/log2(rank + 1), over the best possible
 * Units: shares, 0..1. Errors: none; a note where no query has anything to find.
 * Source: Musgrave, Belongie, Lim 2020 (mapAtR); Jarvelin, Kekalainen 2002 (ndcg).
 */
export const retrieval = definePlugin(Evaluator, {
  name: 'retrieval',
  summary: 'Recall at k, MAP@R, R-precision, MRR and nDCG of each item asking for the others of its group.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      at: {
        type: 'array',
        items: { type: 'integer', minimum: 1, description: 'A number of nearest items.' },
        minItems: 1,
        default: [1, 2, 3, 5, 10],
        description: 'Cuts at which recall and nDCG are reported.',
      },
    },
  },
  measures: 'neighbours',
  neighbours: () => Number.POSITIVE_INFINITY,
  metrics: ({ at }) => ({
    ...Object.fromEntries(at.map((k) => [`recallAt${k}`, { ...share(`Share of queries with a relevant item among the nearest ${k}.`), family: ['recallAt', String(k)] as const }])),
    precisionAt1: share('Share of queries whose nearest item is relevant.'),
    rPrecision: share('Relevant share of the nearest R.'),
    mapAtR: share('Mean average precision over the nearest R.'),
    meanAveragePrecision: share('Mean average precision over the whole gallery.'),
    meanReciprocalRank: share('Mean of 1 / rank of the first relevant item.'),
    ...Object.fromEntries(at.map((k) => [`ndcgAt${k}`, { ...share(`Normalised discounted gain of the nearest ${k}.`), family: ['ndcgAt', String(k)] as const }])),
  }),
  create: ({ at }) => ({
    begin() {
      const sums: Record<string, number> = {};
      let total = 0;
      const add = (name: string, value: number): void => {
        sums[name] = (sums[name] ?? 0) + value;
      };
      return {
        add({ queries, count, relevance, relevantTotal, weight }: NeighbourBlock) {
          queries.forEach((_, q) => {
            if (relevantTotal[q]! === 0) return;
            const w = weight[q]!;
            const score = scoreQuery(relevance.subarray(q * count, (q + 1) * count), relevantTotal[q]!);
            total += w;
            for (const k of at) {
              add(`recallAt${k}`, w * score.hitAt(k));
              add(`ndcgAt${k}`, w * score.gainAt(k));
            }
            add('precisionAt1', w * score.precisionAt1);
            add('rPrecision', w * score.rPrecision);
            add('mapAtR', w * score.mapAtR);
            add('meanAveragePrecision', w * score.averagePrecision);
            add('meanReciprocalRank', w * score.reciprocalRank);
          });
        },
        result: () =>
          total === 0
            ? { values: {}, notes: ['no item has another one of its group to find'] }
            : { values: Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / total])) },
      };
    },
  }),
});
