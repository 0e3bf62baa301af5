import type { Tensor } from '@tensorflow/tfjs-core';
import type { Input, Step, StepAugmentation } from '../contract/index.js';
import { stepRandom } from '../engine/step-random.js';

/** An augmentation of place 'step', bound to its field. */
export interface NetworkAugmentation {
  readonly instance: StepAugmentation;
  /** null: every field whose kind it accepts. */
  readonly field: string | null;
  readonly accepts: readonly string[];
  readonly sides: 'each' | 'together' | 'left' | 'right';
}

interface Augmenting {
  readonly augmentations: readonly NetworkAugmentation[];
  readonly seed: number;
  readonly step: Step;
}

/** Both sides of a pair: `each` draws for each side, `together` draws once for both. */
export function augmentPair(
  tensors: { readonly left: Tensor[]; readonly right: Tensor[] },
  inputs: { readonly left: readonly Input[]; readonly right: readonly Input[] },
  how: Augmenting,
): { readonly left: Tensor[]; readonly right: Tensor[] } {
  return {
    left: augmentSide(tensors.left, inputs.left, { ...how, side: 'left' }),
    right: augmentSide(tensors.right, inputs.right, { ...how, side: 'right' }),
  };
}

/** One side's inputs. `side: 'each'`: items that are neither left nor right. */
export function augmentSide(
  tensors: Tensor[],
  inputs: readonly Input[],
  how: Augmenting & { readonly side: 'left' | 'right' | 'each' },
): Tensor[] {
  return tensors.map((tensor, i) => how.augmentations.reduce((values, one, n) => applyOne(values, inputs[i]!, { ...how, one, n }), tensor));
}

function applyOne(
  values: Tensor,
  input: Input,
  how: Augmenting & { readonly side: string; readonly one: NetworkAugmentation; readonly n: number },
): Tensor {
  const { one, side, seed, step, n } = how;
  const elsewhere = (one.sides === 'left' || one.sides === 'right') && side !== one.sides && side !== 'each';
  const wanted = one.field === null ? one.accepts.includes(input.kind) : one.field === input.name;
  if (elsewhere || !wanted) return values;
  const stream = one.sides === 'together' ? `augment.${n}.${input.name}` : `augment.${n}.${input.name}.${side}`;
  return one.instance.augment(values, { ...step, random: stepRandom(seed, stream, step.index) }); // shape of values
}
