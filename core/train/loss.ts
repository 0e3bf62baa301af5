import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type {
  BatchLoss,
  EmbeddingPairLoss,
  LabelledBatch,
  LossNeeds,
  LossResult,
  PairBatch,
  PairLoss,
  Step,
  TripletLoss,
  Weights,
} from '../contract/index.js';
import * as ops from '../engine/ops.js';
import { fail } from '../problem/index.js';
import type { VariableUpdate } from './optimizer.js';
import { shaped } from './shape.js';

type NoWeights = Record<string, never>;
/** A loss of any kind: the method that its `needs` demands is there. */
export type AnyLoss = Partial<
  PairLoss<NoWeights> & EmbeddingPairLoss<NoWeights> & TripletLoss<NoWeights> & BatchLoss<NoWeights>
>;

export interface NetworkLoss {
  readonly name: string;
  readonly instance: AnyLoss;
  readonly needs: LossNeeds;
  /** Factor in the weighted sum of losses. */
  readonly weight: number;
  readonly weights: Weights<NoWeights>;
  readonly variables: Readonly<Record<string, tfc.Variable>>;
}

/** The embeddings of a batch, as a loss may need them. */
export type Embedded =
  | { readonly kind: 'pairs'; readonly pairs: PairBatch; readonly score: () => Tensor; readonly weight: Tensor | null }
  | { readonly kind: 'triplets'; readonly anchor: Tensor; readonly positive: Tensor; readonly negative: Tensor }
  | {
      readonly kind: 'labelled-batch';
      readonly batch: LabelledBatch;
      /** The batch against itself and the memory, for losses that take one. */
      readonly remembering: LabelledBatch;
      /** What the memory becomes. */
      readonly updates: readonly VariableUpdate[];
    };

/**
 * Applies the method that fits the batch. The rules of the recipe have made sure that there is one.
 * Errors: PLUGIN_FAILED, where the loss returns something else than terms of tensors.
 */
export function applyLoss(loss: NetworkLoss, embedded: Embedded, step: Step): LossResult<NoWeights> {
  return checked(loss, perBatchOrItem(loss, embedded, step));
}

function perBatchOrItem(loss: NetworkLoss, embedded: Embedded, step: Step): LossResult<NoWeights> {
  const { instance, weights } = loss;
  if (embedded.kind === 'labelled-batch' && instance.perBatch) {
    const batch = takesMemory(loss.needs) ? embedded.remembering : embedded.batch;
    const mostPositives = readsMostPositives(loss.needs) ? batch.mostPositives : batch.references.shape[0]!;
    return instance.perBatch({ ...batch, mostPositives }, weights, step);
  }
  if (embedded.kind === 'triplets' && instance.perTriplet) return instance.perTriplet(embedded, weights, step);
  if (embedded.kind === 'pairs' && instance.perPairBatch) {
    return weighPairs(checked(loss, instance.perPairBatch(embedded.pairs, weights, step)), embedded.weight);
  }
  if (embedded.kind === 'pairs' && instance.perPair) {
    const { target } = embedded.pairs; // [pairs]
    const returned = instance.perPair(embedded.score(), target, weights, step); // [pairs]
    const values = shaped(returned, target.shape, `loss ${loss.name}`); // [pairs]
    return { terms: [embedded.weight === null ? { values } : { values, weights: embedded.weight }] };
  }
  throw new Error(`loss ${loss.name} has no method for ${embedded.kind}`);
}

/** Errors: PLUGIN_FAILED, where it is no list of terms with values, or a monitor is no single number. */
function checked({ name }: NetworkLoss, result: LossResult<NoWeights> | undefined): LossResult<NoWeights> {
  const isTensor = (value: unknown): boolean => value instanceof tfc.Tensor;
  const terms: unknown = result?.terms;
  const isTerm = (term: LossResult<NoWeights>['terms'][number]): boolean =>
    isTensor(term?.values) && (term.weights === undefined || isTensor(term.weights));
  if (!Array.isArray(terms) || terms.length === 0 || !terms.every(isTerm)) {
    const returned = result === undefined || result === null ? 'nothing' : 'something else';
    const message = `loss ${name} returned ${returned}: it must return { terms: [{ values }, ..] }, where values is a tensor`;
    return fail('PLUGIN_FAILED', message);
  }
  for (const [monitor, value] of Object.entries(result!.monitors ?? {}))
    shaped(value, [], `loss ${name}, as its monitor ${monitor},`); // []
  return result!;
}

/** Whether a loss compares a batch with what came before it. */
export const takesMemory = (needs: LossNeeds): boolean => 'memory' in needs && needs.memory === true;

/** Whether its computation depends on how many positives an anchor has at most. */
export const readsMostPositives = (needs: LossNeeds): boolean =>
  'mostPositives' in needs && needs.mostPositives === true;

/** The pairs' own weights count in every term that has a value per pair. */
function weighPairs(result: LossResult<NoWeights>, weight: Tensor | null): LossResult<NoWeights> {
  if (weight === null) return result;
  const isPerPair = ({ shape }: Tensor): boolean => shape.length === 1 && shape[0] === weight.shape[0];
  const terms = result.terms.map(({ values, weights }) => {
    if (!isPerPair(values)) return { values, ...(weights ? { weights } : {}) };
    return { values, weights: weights ? ops.mul(weights, weight) : weight }; // [pairs]
  });
  return { ...result, terms };
}

/** Errors: PLUGIN_FAILED, where a loss updates what it has not declared, or to another shape. */
export function updatesOf({ name, variables }: NetworkLoss, { updates }: LossResult<NoWeights>): VariableUpdate[] {
  return Object.entries(updates ?? {}).map(([weight, next]) => {
    const variable = variables[weight];
    if (!variable)
      return fail('PLUGIN_FAILED', `loss ${name} updates the weight "${weight}", which it does not declare`);
    return { variable, next: shaped(next as Tensor, variable.shape, `loss ${name}, as its update of ${weight},`) };
  });
}
