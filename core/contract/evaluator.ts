import type { Range } from './data.js';
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
export type Measures = 'pairs' | 'neighbours' | 'embeddings';

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
  readonly weight: Float32Array;
}
export interface EmbeddingBlock {
  readonly embeddings: Float32Array;
  readonly dimensions: number;
  readonly groups: Int32Array;
  readonly distance: (a: Float32Array, b: Float32Array, rowsA: number, rowsB: number) => Promise<Float32Array>;
}
export type Block<M> = M extends 'pairs' ? PairBlock : M extends 'neighbours' ? NeighbourBlock : EmbeddingBlock;

export interface EvaluatorDeclarations<O> {
  readonly metrics: Metrics | ((options: O) => Metrics);
  /** Neighbours per query that it wants; Infinity: the whole gallery, ranked. */
  readonly neighbours?: (options: O) => number;
  /** What a target must be; `binary`: graded ones come as 1 (same) and 0. */
  readonly targets?: 'binary' | 'graded' | 'real';
}
/**
 * `values`: keys of `metrics`; NaN = not measurable here (the reason goes to `notes`).
 */
export interface EvaluatorResult {
  readonly values: Readonly<Record<string, number>>;
  readonly curves?: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  readonly notes?: readonly string[];
}
export interface Accumulator<B> {
  add(block: B): void | Promise<void>;
  result(): EvaluatorResult;
}
export interface EvaluatorInstance<M> {
  /** `threshold`: on closeness (a pair at or above it is accepted), null where none was chosen. */
  begin(input: {
    readonly threshold: number | null;
    readonly positive: 'same' | 'different';
    readonly draw: Draw;
  }): Accumulator<Block<M>>;
}
