import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { NetworkWeight } from './network.js';
import type { VariableUpdate } from './optimizer.js';

/** What the batches of a step that has not ended add up to. All zeros between steps, so that no checkpoint holds it. */
export interface Accumulated {
  /** Of the gradients, in the order of the weights, of their shapes. */
  readonly sums: readonly tfc.Variable[];
  /** Batches that are in them: []. */
  readonly batches: tfc.Variable;
}

export function createAccumulated(weights: readonly NetworkWeight[]): Accumulated {
  const zeros = (shape: readonly number[]): tfc.Variable => tfc.tidy(() => tfc.variable(tfc.zeros([...shape]), false)); // shape
  return { sums: weights.map(({ variable }) => zeros(variable.shape)), batches: zeros([]) };
}

export const accumulatedVariables = ({ sums, batches }: Accumulated): readonly tfc.Variable[] => [...sums, batches];

/** A batch more: what its accumulators become. */
export function addBatch({ sums, batches }: Accumulated, gradients: readonly Tensor[]): VariableUpdate[] {
  const added = sums.map((variable, i) => ({ variable, next: tfc.add(variable, gradients[i]!) })); // shape of each weight
  return [...added, { variable: batches, next: tfc.add(batches, 1) }]; // []
}

/**
 * The mean gradient of the batches, as the gradient of one batch of all their rows is where a loss is a mean over rows.
 * `updates`: what the accumulators would be with the last of them. Of no batches it is NaN. -> shape of each weight
 */
export function meanGradients(updates: readonly VariableUpdate[]): Tensor[] {
  const batches = updates.at(-1)!.next; // []
  return updates.slice(0, -1).map(({ next }) => tfc.div(next, batches)); // shape of each weight
}

/** The accumulators after a step. */
export const emptied = (accumulated: Accumulated): VariableUpdate[] =>
  accumulatedVariables(accumulated).map((variable) => ({ variable, next: tfc.zerosLike(variable) })); // its shape
