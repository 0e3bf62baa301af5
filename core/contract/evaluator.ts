/**
 * What an evaluator is: it is shown scored pairs, neighbours, embeddings or triplets, block by block, and reports
 * figures.
 * @module evaluator
 */
import type { Range } from './data.js';
import type { Score } from './head.js';
import type { Draw } from './random.js';

/** One figure that an evaluator reports. */
export interface Metric {
  /** Which way is good: what a monitor and a comparison of runs go by. */
  readonly better: 'higher' | 'lower';
  /** Smallest and largest value that it can take. */
  readonly range: Range;
  /** One sentence for reports and the reference. */
  readonly description: string;
  /** A member of a family in result.json: `recallAt1` with ['recallAt', '1'] is written `recallAt: {"1": ..}`. */
  readonly family?: readonly [name: string, key: string];
  /** Left out of the short table that a run ends with; result.json has it. */
  readonly detail?: boolean;
}
/** The figures of an evaluator, by their names in recipes (`verification.rocAuc` without the evaluator). */
export type Metrics = Readonly<Record<string, Metric>>;
/** What an evaluator is shown: scored pairs, nearest neighbours, embeddings, or given triplets. */
export type Measures = 'pairs' | 'neighbours' | 'embeddings' | 'triplets';

/** Scored pairs in blocks. */
export interface PairBlock {
  /** Larger is more alike, whatever the head: no evaluator asks for polarity. */
  readonly closeness: Float32Array;
  /** [pairs] as the head gives it. */
  readonly score: Float32Array;
  /** [pairs] from 0 (different) to 1 (same), or real values. */
  readonly target: Float32Array;
  /** How often the bootstrap drew the pair; otherwise the pair's own weight. */
  readonly weight: Float32Array;
  /** [pairs] rows of the part that is measured. */
  readonly left: Int32Array;
  /** [pairs] rows of the part that is measured. */
  readonly right: Int32Array;
}
/** For queries [q]: their nearest gallery items, best first, the query itself left out. */
export interface NeighbourBlock {
  /** [q] rows of the part that is measured. */
  readonly queries: Int32Array;
  /** Neighbours listed for each query. */
  readonly count: number;
  /** [q, count] */
  readonly gallery: Int32Array;
  /** [q, count] */
  readonly distances: Float32Array;
  /** [q, count] of 0 and 1, or gains. */
  readonly relevance: Float32Array;
  /** [q] relevant items in the whole gallery. */
  readonly relevantTotal: Int32Array;
  /** Ranks (from 1, ascending) of the relevant items in the whole gallery, however many neighbours are listed. */
  ranks(query: number): readonly number[];
  /** [q] how much each query counts. */
  readonly weight: Float32Array;
}
/** All embeddings of the part that is measured, at once. */
export interface EmbeddingBlock {
  /** [items, dimensions] */
  readonly embeddings: Float32Array;
  /** Numbers in one embedding. */
  readonly dimensions: number;
  /** [items] code of each item's group, -1: it has none. */
  readonly groups: Int32Array;
  /** A column named by an option of format 'column', as codes; -1: missing. */
  column(name: string): Int32Array;
  /**
   * The recipe's distance of every row of `a` from every row of `b`: [rowsA, dimensions], [rowsB, dimensions] ->
   * [rowsA, rowsB]
   */
  readonly distance: (a: Float32Array, b: Float32Array, rowsA: number, rowsB: number) => Promise<Float32Array>;
}
/** Given triplets with their distances under the recipe's distance. */
export interface TripletBlock {
  /** Of anchor and positive, of anchor and negative: [triplets] each. */
  readonly near: Float32Array;
  /** Of anchor and negative. */
  readonly far: Float32Array;
  /** [triplets] rows of the part that is measured. */
  readonly anchor: Int32Array;
  /** [triplets] rows of the part that is measured. */
  readonly positive: Int32Array;
  /** [triplets] rows of the part that is measured. */
  readonly negative: Int32Array;
}
interface Blocks {
  readonly pairs: PairBlock;
  readonly neighbours: NeighbourBlock;
  readonly embeddings: EmbeddingBlock;
  readonly triplets: TripletBlock;
}
/** What an accumulator is given, by what its evaluator `measures`. */
export type Block<M> = M extends Measures ? Blocks[M] : never;

/** Who asks for whom, where neighbours are measured. */
export interface Question {
  /** `right`: every right item that the run knows, those of training too; `part`: those of the part. */
  readonly gallery: 'part' | 'right';
  /** `training-positives`: what training has told a query to be its match is not in its gallery. */
  readonly exclude: 'none' | 'training-positives';
  /** A column: items of the query's own group and own value are not in its gallery. */
  readonly across: string | null;
}

/** What an evaluator says of itself: its figures, and what it asks of the data. */
export interface EvaluatorDeclarations<O> {
  /** The figures that it reports. */
  readonly metrics: Metrics | ((options: O) => Metrics);
  /** Neighbours per query that it wants; Infinity: the whole gallery, ranked. */
  readonly neighbours?: (options: O) => number;
  /** Groups, each of so many items, without which a part has nothing to be measured; absent: it tells of none. */
  readonly least?: (options: O) => { readonly groups: number; readonly items: number };
  /** Absent: all of the part, nothing left out. */
  readonly question?: (options: O) => Question;
  /** Its name in result.json and in paths of metrics (`fewShot.accuracy`); absent: that of the plugin. */
  readonly reportedAs?: string;
  /** What a target must be; `binary`: graded ones come as 1 (same) and 0. */
  readonly targets?: 'binary' | 'graded' | 'real';
}
/**
 * `values`: keys of `metrics`; NaN = not measurable here (the reason goes to `notes`).
 */
export interface EvaluatorResult {
  /** The figures, by name. */
  readonly values: Readonly<Record<string, number>>;
  /** Points for the report's charts, by name: [x, y] in the order of x. */
  readonly curves?: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** Values that too little stands behind, with the reason: a run reports the reason instead. */
  readonly unsupported?: Readonly<Record<string, string>>;
  /** Sentences about what could not be measured, and why. */
  readonly notes?: readonly string[];
}
/** One measurement: it is given every block once, in order, and then asked for the result. */
export interface Accumulator<B> {
  /** Takes a block in. */
  add(block: B): void | Promise<void>;
  /** The figures of all blocks so far; asked once, at the end. */
  result(): EvaluatorResult;
  /**
   * The values, had each pair (query, item) this weight: [all that were added, in their order], in place of the blocks'
   * weights; the array is filled anew for the next draw. For intervals by the bootstrap, which asks many times after
   * `result`; absent: the figures have none.
   */
  resampled?(weight: Float64Array): Readonly<Record<string, number>>;
}
/** What the factory of an evaluator returns. */
export interface EvaluatorInstance<M> {
  /** `threshold`: on closeness (a pair at or above it is accepted), null where none was chosen. */
  begin(input: {
    readonly threshold: number | null;
    readonly positive: 'same' | 'different';
    /** What the head produces: calibration is of logits. */
    readonly score: Score;
    readonly draw: Draw;
  }): Accumulator<Block<M>>;
}
