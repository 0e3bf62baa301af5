import { Evaluator, type Metric, type NeighbourBlock } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { averagePrecision, ndcg, ranksOf, recall, reciprocalRank, rPrecision } from './ranks.js';

/** A metric, and its value for one query: from the ranks of the relevant items that were found, and R. */
interface Measure {
  readonly metric: Metric;
  readonly of: (ranks: readonly number[], total: number) => number;
}

const share = (description: string, of: Measure['of'], family?: readonly [string, string]): Measure => ({
  metric: { better: 'higher', range: [0, 1], description, ...(family ? { family } : {}) },
  of,
});

/** Cuts of recall that a short table shows. */
const shortCuts: ReadonlySet<number> = new Set([1, 5, 10]);
const shown = (measure: Measure): Measure => measure;
/** One that a short table leaves out. */
const detail = ({ metric, of }: Measure): Measure => ({ metric: { ...metric, detail: true }, of });

function measuresAt(at: readonly number[]): Readonly<Record<string, Measure>> {
  const each = (family: string, words: string, of: (ranks: readonly number[], total: number, k: number) => number) =>
    Object.fromEntries(
      at.map((k) => [
        `${family}${k}`,
        (family === 'recallAt' && shortCuts.has(k) ? shown : detail)(
          share(`${words} ${k}.`, (ranks, total) => of(ranks, total, k), [family, String(k)]),
        ),
      ]),
    );
  return {
    ...each('recallAt', 'Share of queries with a relevant item among the nearest', (ranks, _total, k) =>
      recall(ranks, k),
    ),
    precisionAt1: detail(share('Share of queries whose nearest item is relevant.', (ranks) => recall(ranks, 1))),
    rPrecision: detail(share('Relevant share of the nearest R.', rPrecision)),
    mapAtR: share('Mean average precision over the nearest R.', (ranks, total) =>
      averagePrecision(ranks, total, total),
    ),
    meanAveragePrecision: detail(
      share('Mean average precision over the whole gallery.', (ranks, total) => averagePrecision(ranks, total)),
    ),
    meanReciprocalRank: detail(share('Mean of 1 / rank of the first relevant item.', reciprocalRank)),
    ...each('ndcgAt', 'Normalised discounted gain of the nearest', ndcg),
  };
}

/**
 * Retrieval: each item asks for the others of its group, nearest first by the recipe's distance (ties by item number;
 * an item never finds itself). R is the number of items that a query should find; means are over queries with R > 0.
 *   recallAt k      is one of the first k relevant
 *   precisionAt1    is the first one
 *   rPrecision      relevant among the first R / R
 *   mapAtR          (1/R) sum over the first R of precision at i where i is relevant
 *   meanAveragePrecision   the same over the whole gallery
 *   meanReciprocalRank     1 / rank of the first relevant one
 *   ndcgAt k        discounted gain 1/log2(rank + 1), over the best possible
 * Units: shares, 0..1. Errors: none; NaN with a note where no query has anything to find.
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
  metrics: ({ at }) => Object.fromEntries(Object.entries(measuresAt(at)).map(([name, { metric }]) => [name, metric])),
  create: ({ at }) => {
    const measures = Object.entries(measuresAt(at));
    return { begin: () => accumulate(measures) };
  },
});

function accumulate(measures: readonly (readonly [string, Measure])[]) {
  const sums = new Float64Array(measures.length);
  let total = 0;
  return {
    add({ count, relevance, relevantTotal, weight }: NeighbourBlock): void {
      for (const [q, wanted] of relevantTotal.entries()) {
        if (wanted === 0) continue;
        const ranks = ranksOf(relevance, q * count, count);
        for (const [i, [, measure]] of measures.entries()) {
          sums[i] = sums[i]! + weight[q]! * measure.of(ranks, wanted);
        }
        total += weight[q]!;
      }
    },
    result() {
      const values = Object.fromEntries(
        measures.map(([name], i) => [name, total === 0 ? Number.NaN : sums[i]! / total]),
      );
      return total === 0 ? { values, notes: ['no item has another one of its group to find'] } : { values };
    },
  };
}
