import * as tfc from '@tensorflow/tfjs-core';
import type {
  Accumulator,
  Block,
  BoundDistance,
  Draw,
  EmbeddingBlock,
  EvaluatorInstance,
  EvaluatorResult,
  Measures,
  Metrics,
  NeighbourBlock,
  PairBlock,
} from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { sameTargets } from '../data/same.js';
import { withPairwiseValues } from '../engine/pairwise-values.js';
import type { EmbeddedItems } from './embed.js';
import { neighbourBlocks } from './neighbours.js';
import type { EvaluationPairs } from './pairs.js';
import type { Pause } from './pause.js';
import { type Scorer, scoreBlocks } from './score.js';

/** An evaluator of the run, with what it declares. */
export interface BoundEvaluator {
  readonly name: string;
  readonly measures: Measures;
  readonly metrics: Metrics;
  /** Neighbours per query that it wants. */
  readonly neighbours: number;
  /** It reads targets as same or different: graded ones come to it as 1 and 0. */
  readonly binary: boolean;
  readonly instance: EvaluatorInstance<Measures>;
}

/** Results by evaluator. */
export type Evaluation = Readonly<Record<string, EvaluatorResult>>;

export interface EvaluationInput {
  readonly items: ItemSet;
  readonly embedded: EmbeddedItems;
  readonly pairs: EvaluationPairs;
  readonly scorer: Scorer;
  readonly distance: BoundDistance;
  readonly evaluators: readonly BoundEvaluator[];
  /** On closeness; null: none was chosen. */
  readonly threshold: number | null;
  readonly positive: 'same' | 'different';
  /** By the evaluator's name: what one draws does not depend on the others. */
  readonly draw: (evaluator: string) => Draw;
  /** Awaited between blocks. */
  readonly pause?: Pause;
}

/** Runs every evaluator over what it measures; each kind of block is computed once. */
export async function evaluate(input: EvaluationInput): Promise<Evaluation> {
  const { evaluators, threshold, positive, draw } = input;
  const begun = evaluators.map((evaluator) => ({
    evaluator,
    accumulator: evaluator.instance.begin({ threshold, positive, draw: draw(evaluator.name) }),
  }));
  const measuring = <M extends Measures>(measures: M): readonly Accumulator<Block<M>>[] =>
    begun
      .filter(({ evaluator }) => evaluator.measures === measures)
      .map(({ evaluator, accumulator }) => accepting(accumulator as Accumulator<Block<M>>, evaluator, input.pairs));
  const { pause } = input;
  await feed(measuring('pairs'), () => scoreBlocks(input.embedded, input.pairs, input.scorer), pause);
  const count = Math.max(0, ...evaluators.map((evaluator) => evaluator.neighbours));
  const near = { distance: input.distance, count, ...(pause ? { pause } : {}) };
  await feed(measuring('neighbours'), () => neighbourBlocks(input.items, input.embedded, near), pause);
  await feed(measuring('embeddings'), () => embeddingBlock(input), pause);
  return Object.fromEntries(begun.map(({ evaluator, accumulator }) => [evaluator.name, accumulator.result()]));
}

/** An evaluator of same and different gets graded targets as 1 and 0. */
function accepting<B extends PairBlock | NeighbourBlock | EmbeddingBlock>(
  accumulator: Accumulator<B>,
  { binary }: BoundEvaluator,
  { positiveFrom }: EvaluationPairs,
): Accumulator<B> {
  if (!binary || positiveFrom === undefined) return accumulator;
  const counted = (block: B): B =>
    'target' in block ? { ...block, target: sameTargets({ target: block.target, positiveFrom }) } : block;
  return { add: (block) => accumulator.add(counted(block)), result: () => accumulator.result() };
}

async function feed<B extends PairBlock | NeighbourBlock | EmbeddingBlock>(
  accumulators: readonly Accumulator<B>[],
  blocks: () => AsyncIterable<B>,
  pause?: Pause,
): Promise<void> {
  if (accumulators.length === 0) return;
  for await (const block of blocks()) {
    for (const accumulator of accumulators) await accumulator.add(block);
    await pause?.();
  }
}

/** The items of the left side, at once. */
async function* embeddingBlock({ items, embedded, distance, pause }: EvaluationInput): AsyncGenerator<EmbeddingBlock> {
  const { values, dimensions, size } = embedded.left;
  const tensor = (rows: Float32Array, count: number) => tfc.tensor2d(rows, [count, dimensions]); // [count, dimensions]
  yield {
    embeddings: values,
    dimensions,
    groups: items.groups ?? new Int32Array(size).fill(-1),
    distance: async (a, b, rowsA, rowsB) => {
      const matrix = () => distance.matrix(tensor(a, rowsA), tensor(b, rowsB)); // [rowsA, rowsB]
      const block = tfc.tidy(() => withPairwiseValues(matrix)); // [rowsA, rowsB]
      const result = await block.data<'float32'>();
      block.dispose();
      await pause?.();
      return result;
    },
  };
}

/** A metric by its path, `verification.rocAuc`; null where it was not measured. */
export function metricAt(evaluation: Evaluation, path: string): number | null {
  const dot = path.indexOf('.');
  const value = evaluation[path.slice(0, dot)]?.values[path.slice(dot + 1)];
  return value === undefined || Number.isNaN(value) ? null : value;
}
