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
  Question,
} from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { sameTargets } from '../data/same.js';
import { withPairwiseValues } from '../engine/pairwise-values.js';
import { guarded, guardedAsync } from '../problem/index.js';
import { type Asked, plainQuestion } from './asking.js';
import type { Interval, Resamples } from './bootstrap.js';
import type { EmbeddedItems } from './embed.js';
import { named, requireAccumulator, requireFigures } from './figures.js';
import { intervalsOf } from './intervals.js';
import { neighbourBlocks } from './neighbours.js';
import type { EvaluationPairs } from './pairs.js';
import type { Pause } from './pause.js';
import type { RankerSettings } from './ranker.js';
import { type Scorer, scoreBlocks } from './score.js';
import { tripletBlocks } from './triplets.js';

/** An evaluator of the run, with what it declares. */
export interface BoundEvaluator {
  /** As its figures are reported. */
  readonly name: string;
  /** As the recipe names it, for messages; absent: `name`. */
  readonly plugin?: string;
  readonly measures: Measures;
  readonly metrics: Metrics;
  /** Neighbours per query that it wants. */
  readonly neighbours: number;
  /** Rows that it wants them for; absent: all queries. */
  readonly only?: ReadonlySet<number>;
  /** Groups, each of so many items, that it cannot do without; absent: not told. */
  readonly least?: { readonly groups: number; readonly items: number };
  /** Whose neighbours; absent: the plain question. */
  readonly question?: Question;
  /** It reads targets as same or different: graded ones come to it as 1 and 0. */
  readonly binary: boolean;
  readonly instance: EvaluatorInstance<Measures>;
}

/** What was measured, and how far it can be trusted, where that was asked for. */
export interface Judgement extends EvaluatorResult {
  /** 95%, by metric; absent where there is none. */
  readonly intervals?: Readonly<Record<string, Interval>>;
  /** Values under each draw of the bootstrap, by metric. */
  readonly resamples?: Resamples;
}
/** Results by evaluator. */
export type Evaluation = Readonly<Record<string, Judgement>>;

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
  /** Right items beyond the part, and what training knows: for questions that ask for it. */
  readonly asked?: Omit<Asked, 'question'>;
  /** Whether intervals are asked for. */
  readonly intervals?: boolean;
}

/**
 * Runs every evaluator over what it measures; each kind of block is computed once. Errors: PLUGIN_FAILED, where an evaluator
 * throws or returns something else than figures.
 */
export async function evaluate(input: EvaluationInput): Promise<Evaluation> {
  const { evaluators, threshold, positive, draw } = input;
  const score = input.scorer.produces;
  const interruption = interruptions(input.pause);
  const { pause } = interruption;
  const begun = evaluators.map((evaluator) => ({
    evaluator,
    accumulator: requireAccumulator(
      guarded(named(evaluator), () =>
        evaluator.instance.begin({ threshold, positive, score, draw: draw(evaluator.name) }),
      ),
      named(evaluator),
    ),
  }));
  const measuring = <M extends Measures>(
    measures: M,
    asks: (evaluator: BoundEvaluator) => boolean = () => true,
  ): readonly Accumulator<Block<M>>[] =>
    begun
      .filter(({ evaluator }) => evaluator.measures === measures && asks(evaluator))
      .map(({ evaluator, accumulator }) =>
        accepting(accumulator as Accumulator<Block<M>>, evaluator, { ...input.pairs, isInterruption: interruption.is }),
      );
  await feed(measuring('pairs'), () => scoreBlocks(input.embedded, input.pairs, input.scorer), pause);
  for (const asked of questionsOf(input)) {
    const asks = (evaluator: BoundEvaluator): boolean => isSameQuestion(evaluator.question, asked.question);
    const blocks = { distance: input.distance, ...listingOf(evaluators.filter(asks)), asked, pause };
    await feed(measuring('neighbours', asks), () => neighbourBlocks(input.items, input.embedded, blocks), pause);
  }
  await feed(measuring('embeddings'), () => embeddingBlock({ ...input, pause }), pause);
  const { triplets } = input.items;
  if (triplets) await feed(measuring('triplets'), () => tripletBlocks(input.embedded, triplets, input.distance), pause);
  const judged = begun.map(({ evaluator, accumulator }): [string, Judgement] => {
    const result = requireFigures(
      guarded(named(evaluator), () => accumulator.result()),
      named(evaluator),
    );
    if (!input.intervals) return [evaluator.name, result];
    return [evaluator.name, { ...result, ...intervalsOf({ evaluator, accumulator, result, input }) }];
  });
  return Object.fromEntries(judged);
}

/** The pause, and whether an error is what it threw: an evaluator may be the one that waits for it. */
function interruptions(pause: Pause = async () => {}): { readonly pause: Pause; is(error: unknown): boolean } {
  let reason: { readonly error: unknown } | null = null;
  return {
    pause: () =>
      pause().catch((error: unknown) => {
        reason = { error };
        throw error;
      }),
    is: (error) => reason !== null && reason.error === error,
  };
}

/** How many neighbours are listed, and for whom: only some where nobody wants all. */
function listingOf(evaluators: readonly BoundEvaluator[]): Pick<RankerSettings, 'count' | 'listed'> {
  const wanting = evaluators.filter(({ neighbours }) => neighbours > 0);
  const count = Math.max(0, ...wanting.map(({ neighbours }) => neighbours));
  if (wanting.length === 0 || wanting.some(({ only }) => !only)) return { count };
  return { count, listed: (query) => wanting.some(({ only }) => only!.has(query)) };
}

/** Each question once. */
function questionsOf({ evaluators, asked = { beyond: 0, trainedWith: () => [] } }: EvaluationInput): readonly Asked[] {
  const questions = evaluators
    .filter(({ measures }) => measures === 'neighbours')
    .map(({ question = plainQuestion }) => question);
  const different = questions.filter((one, i) => questions.findIndex((other) => isSameQuestion(one, other)) === i);
  return different.map((question) => ({ ...asked, question, beyond: question.gallery === 'right' ? asked.beyond : 0 }));
}

const isSameQuestion = (a: Question = plainQuestion, b: Question = plainQuestion): boolean =>
  a.gallery === b.gallery && a.exclude === b.exclude && a.across === b.across;

/** An evaluator of same and different gets graded targets as 1 and 0. */
function accepting<B extends object>(
  accumulator: Accumulator<B>,
  evaluator: BoundEvaluator,
  { positiveFrom, isInterruption }: EvaluationPairs & { readonly isInterruption: (error: unknown) => boolean },
): Accumulator<B> {
  const { binary } = evaluator;
  const add = (block: B): Promise<void> =>
    guardedAsync(named(evaluator), async () => accumulator.add(block), isInterruption);
  if (!binary || positiveFrom === undefined) return { add, result: () => accumulator.result() };
  const counted = (block: B): B =>
    'target' in block
      ? { ...block, target: sameTargets({ target: block.target as Float32Array, positiveFrom }) }
      : block;
  return { add: (block) => add(counted(block)), result: () => accumulator.result() };
}

async function feed<B extends object>(
  accumulators: readonly Accumulator<B>[],
  blocks: () => AsyncIterable<B>,
  pause: Pause,
): Promise<void> {
  if (accumulators.length === 0) return;
  for await (const block of blocks()) {
    for (const accumulator of accumulators) await accumulator.add(block);
    await pause();
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
    column: (name) => items.column(name),
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
