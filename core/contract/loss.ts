import type { Tensor } from '@tensorflow/tfjs-core';
import type { Score } from './head.js';
import type { Step } from './random.js';
import type { Facts, Updates, Weights } from './weights.js';

/** What a loss reads decides which method it must have. */
export type LossNeeds<N extends string = string> = {
  /** Options in units of the distance. */
  readonly margins?: readonly N[];
  /** What a target may be; default: `binary` for losses with margins, else any. */
  readonly targets?: 'binary' | 'graded' | 'real';
  /** Distances that its formula presumes (nt-xent: 'cosine'); none: any. The recipe's default distance is the first. */
  readonly distance?: string | readonly string[];
  /**
   * Those of them that agree with its formula only on vectors of length 1, to which it scales the embeddings by itself:
   * the encoder must do so too.
   */
  readonly unitDistance?: readonly string[];
} & (
  | { readonly score: Score | readonly Score[] }
  | {
      readonly embeddings: 'pairs';
      /** Learns nothing from pairs that match alone. Absent: it takes the other rows of a batch for negatives. */
      readonly differentPairs?: boolean;
    }
  | { readonly embeddings: 'triplets' }
  | {
      readonly embeddings: 'labelled-batch';
      /** Its formula holds for more references than anchors: the recipe may give it a memory of the last batches. */
      readonly memory?: boolean;
    }
  | {
      readonly embeddings: readonly ['labelled-batch', 'triplets']; // one name, both methods (triplet)
      /** Options that say what to choose of a labelled batch: triplets are chosen already. */
      readonly labelledBatchOnly?: readonly N[];
    }
);

/** A term's value is sum(values * weights) / sum(weights), 0 when nothing has weight; a loss is the sum of its terms. */
export interface Term {
  readonly values: Tensor;
  /** Absent: the plain mean. */
  readonly weights?: Tensor;
}

export interface PairBatch {
  /** [pairs, dimensions] */
  readonly left: Tensor;
  /** [pairs, dimensions] */
  readonly right: Tensor;
  /** [pairs] */
  readonly target: Tensor;
  /** [pairs, pairs] 1 where left i and right j are known to match: never a negative. */
  readonly known: Tensor;
  /** [pairs] log of the right item's sampling probability, for the in-batch correction. */
  readonly logFrequency: Tensor;
}

export interface TripletBatch {
  /** each [triplets, dimensions] */
  readonly anchor: Tensor;
  readonly positive: Tensor;
  readonly negative: Tensor;
}

/**
 * Anchors [a, d] against references [r, d]: the batch itself, the batch and its memory, or the other tower.
 * Masks [a, r] of 0 and 1: an item never meets itself.
 */
export interface LabelledBatch {
  readonly embeddings: Tensor;
  /** int32 [a] */
  readonly labels: Tensor;
  readonly references: Tensor;
  /** int32 [r] */
  readonly referenceLabels: Tensor;
  readonly positive: Tensor;
  readonly negative: Tensor;
}

export interface LossResult<W> {
  readonly terms: readonly Term[];
  readonly updates?: Updates<W>;
  /** Scalars for the log and the health checks, e.g. activeShare. */
  readonly monitors?: Readonly<Record<string, Tensor>>;
}

export interface PairLoss<W> {
  /** [pairs], [pairs] -> [pairs], unreduced; the core applies the pairs' weights. */
  perPair(score: Tensor, target: Tensor, weights: Weights<W>, step: Step): Tensor;
}
export interface EmbeddingPairLoss<W> {
  perPairBatch(batch: PairBatch, weights: Weights<W>, step: Step): LossResult<W>;
}
export interface TripletLoss<W> {
  perTriplet(batch: TripletBatch, weights: Weights<W>, step: Step): LossResult<W>;
}
export interface BatchLoss<W> {
  perBatch(batch: LabelledBatch, weights: Weights<W>, step: Step): LossResult<W>;
}
export interface LossDeclarations<O> {
  /**
   * Bytes that a step on a labelled batch holds for this loss, where that is much more than a few matrices of the batch:
   * the plan counts them. Absent: not counted.
   */
  readonly stepBytes?: (facts: Facts, options: O) => number;
}
export type LossInstance<N, W> = N extends { embeddings: readonly unknown[] }
  ? BatchLoss<W> & TripletLoss<W>
  : N extends { embeddings: 'labelled-batch' }
    ? BatchLoss<W>
    : N extends { embeddings: 'triplets' }
      ? TripletLoss<W>
      : N extends { embeddings: 'pairs' }
        ? EmbeddingPairLoss<W>
        : PairLoss<W>;
