import type { Input } from '../../contract/index.js';
import { type Problem, problem } from '../../problem/index.js';
import { either } from '../../recipe/rules/rule.js';
import type { Planned } from '../../recipe/types.js';
import { at } from '../place.js';
import type { Wired } from '../wire.js';

interface Inputs {
  readonly left: readonly Input[];
  readonly right: readonly Input[];
}

/** Problem FIELD for each augmentation that finds nothing to change among the inputs that there are: it would do nothing. */
export function proveAugmentations(
  planned: Planned,
  { augmentations }: Pick<Wired, 'augmentations'>,
  { left, right }: Inputs,
): readonly Problem[] {
  return augmentations.flatMap(({ accepts, field, sides }, i) => {
    const inputs = sides === 'left' ? left : sides === 'right' ? right : [...left, ...right];
    const named = inputs.filter(({ name }) => field === null || name === field);
    if (named.some(({ kind }) => accepts.includes(kind))) return [];
    const { type } = planned.plan.data.augment[i]!.use;
    const all = [...new Set(inputs.map(({ name, kind }) => `${name} (${kind})`))].join(', ');
    const message = `augmentation ${type} ${field === null ? '' : `of field ${field} `}takes ${either(accepts)}, but the fields are ${all}`;
    const path = `data.augment.${i}.${field === null ? 'type' : 'field'}`;
    return [at(planned, problem('FIELD', message, { path }))];
  });
}
