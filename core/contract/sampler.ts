/**
 * What a sampler is: it decides which items meet in a batch.
 * @module sampler
 */
import type { State } from './data.js';
import type { Draw } from './random.js';

/** Given pairs, as rows of their tables. */
export interface PairTable {
  /** [pairs] */
  readonly left: Int32Array;
  /** [pairs] */
  readonly right: Int32Array;
  /** [pairs] from 0 (different) to 1 (same), or real values. */
  readonly target: Float32Array;
  /** [pairs] how much each pair counts; null: alike. */
  readonly weight: Float32Array | null;
  /** Target from which on a pair is the same, where pairs are counted; absent: 0.5. */
  readonly positiveFrom?: number;
}
/** Given triplets, as rows of their table; [triplets] each. */
export interface TripletTable {
  /** the row that is compared */
  readonly anchor: Int32Array;
  /** of the anchor's group */
  readonly positive: Int32Array;
  /** of another group */
  readonly negative: Int32Array;
}

/**
 * The training items that a sampler may combine now: all of them (in memory or cached), or one buffer of a stream.
 * Indices count from 0 inside the pool.
 */
export interface Pool {
  /** Rows that may stand on the left. */
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
  /** The rows themselves, group after group. */
  readonly members: Int32Array;
  /** Given pairs or triplets, as rows of the pool; null where the data has groups only. */
  readonly pairs: PairTable | null;
  /** Given triplets; null where there are none. */
  readonly triplets: TripletTable | null;
  /** A column named by an option of format 'column', as codes. */
  column(name: string): Int32Array;
}

/** target null: the core compares the groups. weight absent: all 1. */
export interface PairRows {
  /** [rows] of the pool */
  readonly left: Int32Array;
  /** [rows] of the pool */
  readonly right: Int32Array;
  /** [rows] from 0 (different) to 1 (same), or real values. */
  readonly target: Float32Array | null;
  /** [rows] how much each pair counts. */
  readonly weight?: Float32Array | null;
}
/** A labelled batch: which items are in it. */
export interface ItemRows {
  /** [rows] of the pool */
  readonly items: Int32Array;
}
/** What a sampler hands out; losses say which of these they read. */
export type Yields = 'pairs' | 'triplets' | 'labelled-batch';
/** One batch, by what the sampler `yields`. */
export type Rows<Y> = Y extends 'pairs' ? PairRows : Y extends 'triplets' ? TripletTable : ItemRows;

/** Random access by batch number: prefetched in any order by workers, and resumed by number alone. */
export interface Batches<Y> {
  /** Batches in this epoch (of a stream: in this buffer). */
  readonly count: number;
  /** The batch of that number, from 0: the same whenever it is asked. */
  batch(index: number): Rows<Y>;
}

/** Where in the training the sampler is asked, and its source of chance. */
export interface Sampling {
  /** From 0. */
  readonly epoch: number;
  /** Share of the training done, 0..1. */
  readonly progress: number;
  /** Rows wanted in a batch. */
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
  /** Numbers in one embedding. */
  readonly dimensions: number;
  /**
   * For each of these left rows its `count` nearest right rows, nearest first, ties by row, itself left out where left and
   * right are one table. [rows, count]; where there are not as many, the rest is -1 at an infinite distance.
   */
  neighbours(rows: Int32Array, count: number): { readonly rows: Int32Array; readonly distances: Float32Array };
}

/** How items are told to belong together: by groups, by given pairs, or by given triplets. */
export type Relation = 'groups' | 'pairs' | 'triplets';

/** What a sampler says of itself beside what it `yields`. */
export interface SamplerDeclarations {
  /** What it reads of the data. */
  readonly from: Relation | readonly Relation[];
  /** May it work on a buffer of a stream. */
  readonly streams: boolean;
}

/** What a sampler is told of the training part before the run: counts alone. */
export interface SamplerCounts {
  /** Items (where there are two tables: of the left). */
  readonly items: number;
  /** Items of the right table; `items` where there is one. */
  readonly rightItems: number;
  /** [groups] items in each. */
  readonly groupSizes: Int32Array;
  /** How many items of each group have each value of a column that the sampler names; absent for a stream. */
  readonly valueSizes?: (column: string) => readonly Int32Array[];
  /** Given pairs. */
  readonly pairs: number;
  /** Given pairs with target 1. */
  readonly positives: number;
  /** Given triplets. */
  readonly triplets: number;
  /** Rows wanted in a batch. */
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

/** What the factory of a sampler returns. */
export interface SamplerInstance<Y> {
  /** Exact and from counts alone, for `siamese plan`: batches per epoch, or the reason why not. */
  plan(counts: SamplerCounts): SamplerPlan;
  /** The batches of one epoch (of a stream: of one buffer). */
  sample(pool: Pool, sampling: Sampling): Batches<Y>;
  /**
   * Looks at the current embeddings. `due` is asked before every batch; what `mine` returns is `mined` in the sampling of
   * that batch and those after it, until it is due again: the same number of batches must follow from either.
   */
  mine?: {
    /** Whether the embeddings are to be looked at before this batch. */
    due(at: MiningPoint): boolean;
    /** Looks at them; what it returns is saved in checkpoints. */
    mine(pool: Pool, embedded: Embedded, sampling: Sampling): Promise<State>;
  };
}
