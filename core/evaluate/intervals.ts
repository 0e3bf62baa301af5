import type { Accumulator, EvaluatorResult, NeighbourBlock } from '../contract/index.js';
import { guarded } from '../problem/index.js';
import { askingOf, plainQuestion } from './asking.js';
import { FEWEST_CLUSTERS, fewestClusters, type Interval, type Resamples, resample, type Units } from './bootstrap.js';
import type { Clusters } from './clusters.js';
import { drawsOf } from './draws.js';
import type { BoundEvaluator, EvaluationInput } from './evaluate.js';
import { named, requireNumbers } from './figures.js';
import { interval } from './quantiles.js';

interface Measured {
  readonly evaluator: BoundEvaluator;
  /** Of any kind of block: it has been fed. */
  readonly accumulator: Pick<Accumulator<NeighbourBlock>, 'resampled'>;
  readonly result: EvaluatorResult;
  readonly input: EvaluationInput;
}

interface WithIntervals {
  readonly intervals?: Readonly<Record<string, Interval>>;
  readonly resamples?: Resamples;
  readonly notes?: readonly string[];
}

/**
 * 95% intervals by the bootstrap over groups. The draws depend on the items alone, not on the evaluator: figures of two
 * models on the same items can be compared draw by draw.
 */
export function intervalsOf({ evaluator, accumulator, result, input }: Measured): WithIntervals {
  const draws = drawsOf(input.items);
  const units = unitsOf(evaluator, input);
  const { resampled } = accumulator;
  if (!resampled || units.left.length === 0 || Object.values(result.values).every(Number.isNaN)) return {};
  if (fewestClusters(draws.clusters) < FEWEST_CLUSTERS)
    return { notes: [...(result.notes ?? []), tooFew(draws.clusters)] };
  const name = named(evaluator);
  const values = (weight: Float64Array): Readonly<Record<string, number>> =>
    requireNumbers(
      guarded(name, () => resampled.call(accumulator, weight)),
      `${name} gave, of a draw,`,
    );
  const resamples = resample({ draws, units, values }, result.values);
  return { resamples, intervals: within(resamples, { evaluator, result }) };
}

/** Of figures that were measured and have something behind them. */
function within(
  resamples: Resamples,
  { evaluator, result }: Pick<Measured, 'evaluator' | 'result'>,
): Readonly<Record<string, Interval>> {
  const found = Object.entries(resamples).flatMap(([name, draws]): [string, Interval][] => {
    const metric = evaluator.metrics[name];
    if (!metric || Number.isNaN(result.values[name]) || result.unsupported?.[name]) return [];
    const between = interval(draws, metric.range);
    return between ? [[name, between]] : [];
  });
  return Object.fromEntries(found);
}

/** What the evaluator counted, in the order in which it was told. */
function unitsOf(
  { measures, question = plainQuestion }: BoundEvaluator,
  { items, pairs, asked }: EvaluationInput,
): Units {
  if (measures === 'pairs') return { left: pairs.left, right: pairs.right, weight: pairs.weight };
  if (measures === 'embeddings') {
    return { left: Int32Array.from({ length: items.left.size }, (_, row) => row), right: null, weight: null };
  }
  if (measures === 'triplets') {
    const { anchor, negative } = items.triplets ?? { anchor: new Int32Array(), negative: new Int32Array() };
    return { left: anchor, right: negative, weight: null }; // the positive is drawn with its anchor
  }
  const all = { beyond: 0, trainedWith: () => [], ...asked };
  return { left: askingOf(items, { ...all, question }).queries, right: null, weight: null };
}

function tooFew(clusters: Clusters): string {
  const count = fewestClusters(clusters);
  return `no intervals: ${count} ${count === 1 ? 'group is' : 'groups are'} too few to tell how much groups differ (${FEWEST_CLUSTERS} are needed)`;
}
