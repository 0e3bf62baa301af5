import type { Measures, NeighbourBlock, PairBlock } from '../../contract/index.js';
import type { BoundEvaluator } from '../../evaluate/evaluate.js';

/** Neighbours of one query: rows, and whether each is one that it should find. */
export interface Found {
  readonly query: number;
  readonly rows: readonly number[];
  readonly relevant: readonly boolean[];
  readonly distances: readonly number[];
}

/** What the report looks at while a part is evaluated. */
export interface Observed {
  /** They measure nothing, and are told all. */
  readonly evaluators: readonly BoundEvaluator[];
  readonly pairs: readonly PairBlock[];
  readonly neighbours: readonly Found[];
}

const NEIGHBOURS = 6;

/** Looks at what the evaluators of the run measure, and at nothing that would cost more. */
export function observe(evaluators: readonly BoundEvaluator[]): Observed {
  const pairs: PairBlock[] = [];
  const neighbours: Found[] = [];
  const asking = evaluators.find(({ measures }) => measures === 'neighbours');
  const looking = [
    ...(evaluators.some(({ measures }) => measures === 'pairs')
      ? [observer('pairs', (block) => void pairs.push(block as PairBlock))]
      : []),
    ...(asking
      ? [
          {
            ...observer('neighbours', (block) => void neighbours.push(...foundIn(block as NeighbourBlock))),
            neighbours: NEIGHBOURS,
            ...(asking.question ? { question: asking.question } : {}),
          },
        ]
      : []),
  ];
  return { evaluators: looking, pairs, neighbours };
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

function foundIn({ queries, count, gallery, relevance, distances }: NeighbourBlock): Found[] {
  return Array.from(queries, (query, q) => {
    const places = Array.from({ length: Math.min(NEIGHBOURS, count) }, (_, i) => q * count + i);
    const listed = places.filter((place) => gallery[place]! >= 0);
    return {
      query,
      rows: listed.map((place) => gallery[place]!),
      relevant: listed.map((place) => relevance[place]! > 0),
      distances: listed.map((place) => distances[place]!),
    };
  });
}
