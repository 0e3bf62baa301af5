/**
 * What a loss is: a function from the scores or embeddings of a batch to numbers that training makes small.
 * @module loss
 */
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
  | {
      /** It reads scores of this polarity, or of one of these: `perPair`. */
      readonly score: Score | readonly Score[];
    }
  | {
      /** It reads the two embeddings of each pair: `perPairBatch`. */
      readonly embeddings: 'pairs';
      /** Learns nothing from pairs that match alone. Absent: it takes the other rows of a batch for negatives. */
      readonly differentPairs?: boolean;
    }
  | {
      /** It reads embeddings of triplets: `perTriplet`. */
      readonly embeddings: 'triplets';
    }
  | {
      /** It reads the embeddings of a batch and the groups of its items: `perBatch`. */
      readonly embeddings: 'labelled-batch';
      /** Its formula holds for more references than anchors: the recipe may give it a memory of the last batches. */
      readonly memory?: boolean;
      /** It reads `mostPositives` of the batch; a step is compiled for each that comes. */
      readonly mostPositives?: boolean;
    }
  | {
      /** It reads either, and has both methods. */
      readonly embeddings: readonly ['labelled-batch', 'triplets']; // one name, both methods (triplet)
      /** Options that say what to choose of a labelled batch: triplets are chosen already. */
      readonly labelledBatchOnly?: readonly N[];
      /** It reads `mostPositives` of a labelled batch; a step is compiled for each that comes. */
      readonly mostPositives?: boolean;
    }
);

/** A term's value is sum(values * weights) / sum(weights), 0 when nothing has weight; a loss is the sum of its terms. */
export interface Term {
  /** One number for each element, of any one shape. */
  readonly values: Tensor;
  /** Absent: the plain mean. */
  readonly weights?: Tensor;
}

/** Pairs of embeddings, for losses that take the other rows of a batch for negatives. */
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

/** Embeddings of triplets: the anchor is of one group with the positive, and of another than the negative. */
export interface TripletBatch {
  /** each [triplets, dimensions] */
  readonly anchor: Tensor;
  /** of the anchor's group */
  readonly positive: Tensor;
  /** of another group */
  readonly negative: Tensor;
}

/**
 * Anchors [a, d] against references [r, d]: the batch itself, the batch and its memory, or the other tower.
 * Masks [a, r] of 0 and 1: an item never meets itself.
 */
export interface LabelledBatch {
  /** [a, dimensions] */
  readonly embeddings: Tensor;
  /** int32 [a] */
  readonly labels: Tensor;
  /** [r, dimensions] */
  readonly references: Tensor;
  /** int32 [r] */
  readonly referenceLabels: Tensor;
  /** [a, r] 1 where the two are of one group. */
  readonly positive: Tensor;
  /** [a, r] 1 where they are of two, or an impostor meets its group. */
  readonly negative: Tensor;
  /**
   * No anchor has more positives: a power of two that the batch's groups allow, for losses that need it (`needs`);
   * else r. A number, not a tensor: shapes may depend on it.
   */
  readonly mostPositives: number;
}

/** What a loss on embeddings returns. */
export interface LossResult<W> {
  /** Their sum is the loss. */
  readonly terms: readonly Term[];
  /** New values of its weights that are not trained (running centres, queues). */
  readonly updates?: Updates<W>;
  /** Scalars for the log and the health checks, e.g. activeShare. */
  readonly monitors?: Readonly<Record<string, Tensor>>;
}

/** A loss on scores. */
export interface PairLoss<W> {
  /** [pairs], [pairs] -> [pairs], unreduced; the core applies the pairs' weights. */
  perPair(score: Tensor, target: Tensor, weights: Weights<W>, step: Step): Tensor;
}
/** A loss on the embeddings of pairs. */
export interface EmbeddingPairLoss<W> {
  /** The terms of one batch of pairs. */
  perPairBatch(batch: PairBatch, weights: Weights<W>, step: Step): LossResult<W>;
}
/** A loss on triplets. */
export interface TripletLoss<W> {
  /** The terms of one batch of triplets. */
  perTriplet(batch: TripletBatch, weights: Weights<W>, step: Step): LossResult<W>;
}
/** A loss on a labelled batch: it finds its own pairs or triplets there. */
export interface BatchLoss<W> {
  /** The terms of one batch. */
  perBatch(batch: LabelledBatch, weights: Weights<W>, step: Step): LossResult<W>;
}
/** What a loss says of itself beside its `needs`. */
export interface LossDeclarations<O> {
  /**
   * Bytes that a step on a labelled batch holds for this loss, where that is much more than a few matrices of the batch:
   * the plan counts them. Absent: not counted.
   */
  readonly stepBytes?: (facts: StepFacts, options: O) => number;
}
/** What is known of a step before it runs. */
export interface StepFacts extends Facts {
  /** Share of the pairs of a batch that are expected to be of one group. null: not known. */
  readonly positives: number | null;
}
/** What the factory of a loss returns, by what it `needs`. */
export type LossInstance<N, W> = N extends { embeddings: readonly unknown[] }
  ? BatchLoss<W> & TripletLoss<W>
  : N extends { embeddings: 'labelled-batch' }
    ? BatchLoss<W>
    : N extends { embeddings: 'triplets' }
      ? TripletLoss<W>
      : N extends { embeddings: 'pairs' }
        ? EmbeddingPairLoss<W>
        : PairLoss<W>;
