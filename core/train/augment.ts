import type { Tensor } from '@tensorflow/tfjs-core';
import type { Input, Step, StepAugmentation } from '../contract/index.js';
import { type Role, sideOf } from '../data/roles.js';
import { stepRandom } from '../engine/step-random.js';
import { guarded } from '../problem/index.js';
import { shaped } from './shape.js';

/** An augmentation of place 'step', bound to its field. */
export interface NetworkAugmentation {
  /** As the recipe names it, for messages. */
  readonly name: string;
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
  readonly role: Role;
}

/**
 * The inputs of items of one role. `each` draws anew for each role, `together` draws once for all of them: both items
 * of a pair are then changed alike. `left` and `right` leave the others as they are; anchors are left.
 */
export function augmentInputs(tensors: readonly Tensor[], inputs: readonly Input[], how: Augmenting): Tensor[] {
  return tensors.map((tensor, i) =>
    how.augmentations.reduce((values, one, n) => augmentOne(values, inputs[i]!, { ...how, one, n }), tensor),
  );
}

function augmentOne(
  values: Tensor,
  input: Input,
  { one, role, seed, step, n }: Augmenting & { readonly one: NetworkAugmentation; readonly n: number },
): Tensor {
  const side = sideOf[role];
  const isElsewhere = side !== null && (one.sides === 'left' || one.sides === 'right') && one.sides !== side;
  const isWanted = one.field === null ? one.accepts.includes(input.kind) : one.field === input.name;
  if (isElsewhere || !isWanted) return values;
  const stream = one.sides === 'together' ? `augment.${n}.${input.name}` : `augment.${n}.${input.name}.${role}`;
  const random = stepRandom(seed, stream, step.index);
  const name = `augmentation ${one.name} of field ${input.name}`;
  return guarded(name, () => shaped(one.instance.augment(values, { ...step, random }), values.shape, name)); // shape of values
}
