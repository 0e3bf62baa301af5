import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { OptimizerInstance, SlotFills } from '../contract/index.js';
import { guarded } from '../problem/index.js';
import { type Accumulated, accumulatedVariables, createAccumulated } from './accumulate.js';
import type { MemorySettings, MemorySlots } from './memory.js';
import type { NetworkWeight } from './network.js';
import { shaped } from './shape.js';

/** What a step carries to the next beside the weights. */
export interface OptimizerState {
  /** The optimizer's, by weight, then by slot; the memory's under its own name. */
  readonly slots: ReadonlyMap<string, Readonly<Record<string, tfc.Variable>>>;
  /** null: none. */
  readonly memory: (MemorySettings & { readonly slots: MemorySlots }) | null;
  /** Gradients of a step of several batches; null: each batch is a step. */
  readonly accumulated: Accumulated | null;
  dispose(): void;
}

/** All that a step carries to the next beside the weights. */
export const carriedVariables = ({ slots, accumulated }: OptimizerState): readonly tfc.Variable[] => [
  ...[...slots.values()].flatMap((own) => Object.values(own)),
  ...(accumulated ? accumulatedVariables(accumulated) : []),
];

export function createOptimizerState(
  weights: readonly NetworkWeight[],
  fills: SlotFills,
  {
    memory = null,
    accumulates = false,
  }: { readonly memory?: OptimizerState['memory']; readonly accumulates?: boolean } = {},
): OptimizerState {
  const slots = new Map<string, Readonly<Record<string, tfc.Variable>>>();
  for (const weight of weights) slots.set(weight.name, filledSlots(weight, fills));
  if (memory) slots.set('memory', memory.slots);
  const accumulated = accumulates ? createAccumulated(weights) : null;
  return {
    slots,
    memory,
    accumulated,
    dispose: () => {
      if (accumulated) tfc.dispose([...accumulatedVariables(accumulated)]);
      for (const own of slots.values()) for (const slot of Object.values(own)) slot.dispose();
    },
  };
}

/** The slots by name, `encoder/02-dense/kernel/moment`. */
export const slotHolders = (
  state: OptimizerState,
): readonly { readonly name: string; readonly variable: tfc.Variable }[] =>
  [...state.slots].flatMap(([weight, slots]) =>
    Object.entries(slots).map(([slot, variable]) => ({ name: `${weight}/${slot}`, variable })),
  );

function filledSlots(weight: NetworkWeight, fills: SlotFills): Readonly<Record<string, tfc.Variable>> {
  const filled = (value: number): tfc.Variable =>
    tfc.tidy(() => tfc.variable(tfc.fill(weight.variable.shape, value), false)); // shape of the weight
  return Object.fromEntries(Object.entries(fills).map(([slot, value]) => [slot, filled(value)]));
}

/**
 * What every weight and slot becomes by the weights' gradients. Errors: PLUGIN_FAILED, where the optimizer throws or returns
 * another shape.
 */
export function optimizerUpdates(
  optimizer: OptimizerInstance<Record<string, number>>,
  state: OptimizerState,
  updates: {
    readonly weights: readonly NetworkWeight[];
    readonly gradients: readonly Tensor[];
    /** [], of weights with this factor. */
    readonly learningRate: (scale: number) => Tensor;
    /** [], from 1 */
    readonly step: Tensor;
  },
): VariableUpdate[] {
  return updates.weights.flatMap((weight, i) => {
    const slots = state.slots.get(weight.name)!;
    const next = guarded('the optimizer', () =>
      optimizer.update({
        weight: weight.variable,
        gradient: updates.gradients[i]!,
        slots,
        learningRate: updates.learningRate(weight.scale),
        step: updates.step,
        decay: weight.decay,
      }),
    );
    const returned = (what: string, value: Tensor | undefined): Tensor =>
      shaped(value, weight.variable.shape, `the optimizer, of the weight ${weight.name}${what},`); // shape of the weight
    const changes = Object.entries(slots).map(([name, variable]) => ({
      variable,
      next: returned(`, as its slot ${name}`, next?.slots?.[name]), // shape of the weight
    }));
    return [{ variable: weight.variable, next: returned('', next?.weight) }, ...changes]; // shape of the weight
  });
}

/** A variable and what it becomes after the step. */
export interface VariableUpdate {
  readonly variable: tfc.Variable;
  readonly next: Tensor;
}

/**
 * Sets variables, all at once. `next` may be one of them, unchanged: tfjs frees a variable's old values before it takes
 * the new ones, so that its own would be gone.
 */
export function assignAll(updates: readonly VariableUpdate[]): void {
  const values = updates.map(({ next }) => (next instanceof tfc.Variable ? tfc.clone(next) : next)); // as each variable
  for (const [i, { variable }] of updates.entries()) variable.assign(values[i]!);
}

/** Scales the gradients so that their common norm is at most `limit`. Source: Pascanu, Mikolov, Bengio 2013. */
export function clipByNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  if (gradients.length === 0) return [];
  const squares = gradients.map((gradient) => tfc.sum(tfc.square(gradient))); // [] each
  const norm = tfc.sqrt(tfc.addN(squares)); // []
  const factor = tfc.minimum(1, tfc.div(limit, tfc.maximum(norm, 1e-12))); // []
  return gradients.map((gradient) => tfc.mul(gradient, factor)); // shape of each
}
