import type { State } from './data.js';
import type { Draw } from './random.js';

export interface PairTable {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly target: Float32Array;
  readonly weight: Float32Array | null;
  /** Target from which on a pair is the same, where pairs are counted; absent: 0.5. */
  readonly positiveFrom?: number;
}
export interface TripletTable {
  readonly anchor: Int32Array;
  readonly positive: Int32Array;
  readonly negative: Int32Array;
}

/**
 * The training items that a sampler may combine now: all of them (in memory or cached), or one buffer of a stream.
 * Indices count from 0 inside the pool.
 */
export interface Pool {
  readonly size: number;
  /** Rows that may stand on the right: `size`, unless left and right are two tables. */
  readonly rightSize: number;
  /** Whether left and right are one table, so that row i on the left and row i on the right are one item. */
  readonly shared: boolean;
  /** The group whose impostor this item is (a forgery), else -1. null: there are none. */
  readonly impostorOf: Int32Array | null;
  /** -1 = no group. */
  readonly groups: Int32Array;
  /** Rows of each group, CSR: members[offsets[g] .. offsets[g+1]]. */
  readonly offsets: Int32Array;
  readonly members: Int32Array;
  /** Given pairs or triplets, as rows of the pool; null where the data has groups only. */
  readonly pairs: PairTable | null;
  readonly triplets: TripletTable | null;
  /** A column named by an option of format 'column', as codes. */
  column(name: string): Int32Array;
}

/** target null: the core compares the groups. weight absent: all 1. */
export interface PairRows {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly target: Float32Array | null;
  readonly weight?: Float32Array | null;
}
export interface ItemRows {
  readonly items: Int32Array;
}
export type Yields = 'pairs' | 'triplets' | 'labelled-batch';
export type Rows<Y> = Y extends 'pairs' ? PairRows : Y extends 'triplets' ? TripletTable : ItemRows;

/** Random access by batch number: prefetched in any order by workers, and resumed by number alone. */
export interface Batches<Y> {
  readonly count: number;
  batch(index: number): Rows<Y>;
}

export interface Sampling {
  readonly epoch: number;
  readonly progress: number;
  readonly batchSize: number;
  /** A generator for this (epoch, stream, key). */
  draw(key?: number): Draw;
  /** What `mine` returned last; saved in checkpoints. */
  readonly mined: State | null;
}

/** Embeddings of the pool under the current weights, and exact blockwise neighbours under the run's distance. */
export interface Embedded {
  /** [size, dimensions], of the left rows. */
  readonly embeddings: Float32Array;
  readonly dimensions: number;
  /**
   * For each of these left rows its `count` nearest right rows, nearest first, ties by row, itself left out where left and
   * right are one table. [rows, count]; where there are not as many, the rest is -1 at an infinite distance.
   */
  neighbours(rows: Int32Array, count: number): { readonly rows: Int32Array; readonly distances: Float32Array };
}

export type Relation = 'groups' | 'pairs' | 'triplets';

export interface SamplerDeclarations {
  /** What it reads of the data. */
  readonly from: Relation | readonly Relation[];
  /** May it work on a buffer of a stream. */
  readonly streams: boolean;
}

/** What a sampler is told of the training part before the run: counts alone. */
export interface SamplerCounts {
  readonly items: number;
  readonly rightItems: number;
  readonly groupSizes: Int32Array;
  /** How many items of each group have each value of a column that the sampler names; absent for a stream. */
  readonly valueSizes?: (column: string) => readonly Int32Array[];
  readonly pairs: number;
  /** Given pairs with target 1. */
  readonly positives: number;
  readonly triplets: number;
  readonly batchSize: number;
}
/** `rows`: rows of one epoch. `positives`: expected share of them with target 1, null where it is not known. */
export type SamplerPlan =
  | { readonly batches: number; readonly rows?: number; readonly positives?: number | null; readonly bytes?: number }
  | { readonly problem: string };

/** Where a batch stands, all from 0. */
export interface MiningPoint {
  /** Passes over the training part that are done. */
  readonly epoch: number;
  /** Batches that are done, over all passes. */
  readonly step: number;
  /** Batches of this pass that are done (of a stream: of this buffer); 0: it begins. */
  readonly batch: number;
}

export interface SamplerInstance<Y> {
  /** Exact and from counts alone, for `siamese plan`: batches per epoch, or the reason why not. */
  plan(counts: SamplerCounts): SamplerPlan;
  sample(pool: Pool, sampling: Sampling): Batches<Y>;
  /**
   * Looks at the current embeddings. `due` is asked before every batch; what `mine` returns is `mined` in the sampling of
   * that batch and those after it, until it is due again: the same number of batches must follow from either.
   */
  mine?: {
    due(at: MiningPoint): boolean;
    mine(pool: Pool, embedded: Embedded, sampling: Sampling): Promise<State>;
  };
}
