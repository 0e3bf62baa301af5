import { Evaluator, type Metric, type NeighbourBlock } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { averagePrecision, ndcg, recall, reciprocalRank, rPrecision } from './ranks.js';
import { WeightedRows } from './weighted-rows.js';

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
    rPrecision: detail(
      share('Relevant share of the nearest R, R being the number that a query should find.', rPrecision),
    ),
    mapAtR: share(
      'Mean of (1/R) × the sum of the precision at each relevant place among the nearest R.',
      (ranks, total) => averagePrecision(ranks, total, total),
    ),
    meanAveragePrecision: detail(
      share('Mean of (1/R) × the sum of the precision at each relevant place of the whole gallery.', (ranks, total) =>
        averagePrecision(ranks, total),
      ),
    ),
    meanReciprocalRank: detail(share('Mean of 1 / rank of the first relevant item.', reciprocalRank)),
    ...each(
      'ndcgAt',
      'Sum of 1 / log2(rank + 1) over the relevant ones, over the greatest possible, among the nearest',
      ndcg,
    ),
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
      gallery: {
        type: 'string',
        enum: ['part', 'right'],
        default: 'part',
        description:
          'Among what is searched: the items of the part (of given pairs, their right ones), or every right item that the run knows, those of training too (of one table: the part).',
      },
      exclude: {
        type: 'string',
        enum: ['none', 'training-positives'],
        default: 'none',
        description: 'Right items that training has told a query to be its match are left out of what it searches.',
      },
      across: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'A column, such as a session: a query must find items of its group with another value of it.',
      },
    },
  },
  measures: 'neighbours',
  neighbours: () => 0,
  question: ({ gallery, exclude, across }) => ({ gallery, exclude, across }),
  metrics: ({ at }) => Object.fromEntries(Object.entries(measuresAt(at)).map(([name, { metric }]) => [name, metric])),
  create: ({ at }) => {
    const measures = Object.entries(measuresAt(at));
    return { begin: () => accumulate(measures) };
  },
});

/** Holds the values of every query, so that they can be averaged under other weights. */
function accumulate(measures: readonly (readonly [string, Measure])[]) {
  const held = new WeightedRows(measures.length);
  const weights: number[] = [];
  const average = (weight: ArrayLike<number>): Record<string, number> => {
    const means = held.means(weight);
    return Object.fromEntries(measures.map(([name], i) => [name, means[i]!]));
  };
  return {
    add({ queries, relevantTotal, weight, ranks }: NeighbourBlock): void {
      for (let q = 0; q < queries.length; q++) {
        const wanted = relevantTotal[q]!;
        const found = ranks(q);
        held.add(wanted === 0 ? null : measures.map(([, measure]) => measure.of(found, wanted)));
        weights.push(weight[q]!);
      }
    },
    result() {
      const values = average(weights);
      const none = Object.values(values).every(Number.isNaN);
      return none ? { values, notes: ['no item has another one of its group to find'] } : { values };
    },
    resampled: average,
  };
}
