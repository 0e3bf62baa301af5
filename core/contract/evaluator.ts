import type { Range } from './data.js';
import type { Score } from './head.js';
import type { Draw } from './random.js';

export interface Metric {
  readonly better: 'higher' | 'lower';
  readonly range: Range;
  readonly description: string;
  /** A member of a family in result.json: `recallAt1` with ['recallAt', '1'] is written `recallAt: {"1": ..}`. */
  readonly family?: readonly [name: string, key: string];
  /** Left out of the short table that a run ends with; result.json has it. */
  readonly detail?: boolean;
}
export type Metrics = Readonly<Record<string, Metric>>;
export type Measures = 'pairs' | 'neighbours' | 'embeddings' | 'triplets';

/** Scored pairs in blocks. */
export interface PairBlock {
  /** Larger is more alike, whatever the head: no evaluator asks for polarity. */
  readonly closeness: Float32Array;
  readonly score: Float32Array;
  readonly target: Float32Array;
  /** How often the bootstrap drew the pair; otherwise the pair's own weight. */
  readonly weight: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
}
/** For queries [q]: their nearest gallery items, best first, the query itself left out. */
export interface NeighbourBlock {
  readonly queries: Int32Array;
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
  readonly weight: Float32Array;
}
export interface EmbeddingBlock {
  readonly embeddings: Float32Array;
  readonly dimensions: number;
  readonly groups: Int32Array;
  /** A column named by an option of format 'column', as codes; -1: missing. */
  column(name: string): Int32Array;
  readonly distance: (a: Float32Array, b: Float32Array, rowsA: number, rowsB: number) => Promise<Float32Array>;
}
/** Given triplets with their distances under the recipe's distance. */
export interface TripletBlock {
  /** Of anchor and positive, of anchor and negative: [triplets] each. */
  readonly near: Float32Array;
  readonly far: Float32Array;
  readonly anchor: Int32Array;
  readonly positive: Int32Array;
  readonly negative: Int32Array;
}
interface Blocks {
  readonly pairs: PairBlock;
  readonly neighbours: NeighbourBlock;
  readonly embeddings: EmbeddingBlock;
  readonly triplets: TripletBlock;
}
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

export interface EvaluatorDeclarations<O> {
  readonly metrics: Metrics | ((options: O) => Metrics);
  /** Neighbours per query that it wants; Infinity: the whole gallery, ranked. */
  readonly neighbours?: (options: O) => number;
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
  readonly values: Readonly<Record<string, number>>;
  readonly curves?: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** Values that too little stands behind, with the reason: a run reports the reason instead. */
  readonly unsupported?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
}
export interface Accumulator<B> {
  add(block: B): void | Promise<void>;
  result(): EvaluatorResult;
  /**
   * The values, had each pair (query, item) this weight: [all that were added, in their order], in place of the blocks'
   * weights; the array is filled anew for the next draw. For intervals by the bootstrap, which asks many times after
   * `result`; absent: the figures have none.
   */
  resampled?(weight: Float64Array): Readonly<Record<string, number>>;
}
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
