import type { Draw, Measures, NeighbourBlock, PairBlock, Question } from '../../contract/index.js';
import type { ItemSet } from '../../data/item-set.js';
import { askingOf, plainQuestion } from '../../evaluate/asking.js';
import type { BoundEvaluator } from '../../evaluate/evaluate.js';

/** Neighbours of one query: rows, and whether each is one that it should find. */
export interface Found {
  readonly query: number;
  readonly rows: readonly number[];
  readonly relevant: readonly boolean[];
  readonly distances: readonly number[];
}

/** Whether what is nearest to a query is one that it should find. */
export interface Nearest {
  readonly query: number;
  readonly right: boolean;
}

/** What the report looks at while a part is evaluated. */
export interface Observed {
  /** They measure nothing, and are told all. */
  readonly evaluators: readonly BoundEvaluator[];
  readonly pairs: readonly PairBlock[];
  /** Of a few drawn queries. */
  readonly neighbours: readonly Found[];
  /** Of all queries. */
  readonly nearest: readonly Nearest[];
}

const [NEIGHBOURS, QUERIES] = [6, 12];

/** Looks at what the evaluators of the run measure, and at nothing that would cost more. */
export function observe(evaluators: readonly BoundEvaluator[], items: ItemSet | null, draw: Draw): Observed {
  const pairs: PairBlock[] = [];
  const neighbours: Found[] = [];
  const nearest: Nearest[] = [];
  const asking = evaluators.find(({ measures }) => measures === 'neighbours');
  const see = (block: NeighbourBlock): void => {
    neighbours.push(...foundIn(block));
    block.queries.forEach((query, q) => {
      nearest.push({ query, right: block.ranks(q)[0] === 1 });
    });
  };
  const looking = [
    ...(evaluators.some(({ measures }) => measures === 'pairs')
      ? [observer('pairs', (block) => void pairs.push(block as PairBlock))]
      : []),
    ...(asking && items
      ? [
          {
            ...observer('neighbours', (block) => see(block as NeighbourBlock)),
            neighbours: NEIGHBOURS,
            only: someQueries(items, asking.question, draw),
            ...(asking.question ? { question: asking.question } : {}),
          },
        ]
      : []),
  ];
  return { evaluators: looking, pairs, neighbours, nearest };
}

function observer(measures: Measures, see: (block: unknown) => void): BoundEvaluator {
  return {
    name: `report: ${measures}`, // no plugin's name has a colon
    measures,
    metrics: {},
    neighbours: 0,
    binary: true,
    instance: { begin: () => ({ add: see, result: () => ({ values: {} }) }) },
  };
}

function someQueries(items: ItemSet, question: Question | undefined, draw: Draw): ReadonlySet<number> {
  const { queries } = askingOf(items, { question: question ?? plainQuestion, beyond: 0, trainedWith: () => [] });
  return new Set(Array.from(draw.sample(Math.min(QUERIES, queries.length), queries.length), (i) => queries[i]!));
}

/** Of the queries whose neighbours are listed. */
function foundIn({ queries, count, gallery, relevance, distances }: NeighbourBlock): Found[] {
  const found = Array.from(queries, (query, q) => {
    const places = Array.from({ length: Math.min(NEIGHBOURS, count) }, (_, i) => q * count + i);
    const listed = places.filter((place) => gallery[place]! >= 0);
    return {
      query,
      rows: listed.map((place) => gallery[place]!),
      relevant: listed.map((place) => relevance[place]! > 0),
      distances: listed.map((place) => distances[place]!),
    };
  });
  return found.filter(({ rows }) => rows.length > 0);
}
