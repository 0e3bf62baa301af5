import type { Draw, Input, WorkerAugmentation } from '../contract/index.js';
import { fail, guarded } from '../problem/index.js';
import type { Batch } from './batch.js';
import type { InputValues } from './item-set.js';
import { type Role, sideOf } from './roles.js';

/** An augmentation of place 'worker', bound to its field: it changes values on the host, before the step. */
export interface HostAugmentation {
  /** As the recipe names it, for messages. */
  readonly name: string;
  readonly instance: WorkerAugmentation;
  /** null: every field whose kind it accepts. */
  readonly field: string | null;
  readonly accepts: readonly string[];
  readonly sides: 'each' | 'together' | 'left' | 'right';
}
export interface HostAugmenting {
  readonly augmentations: readonly HostAugmentation[];
  readonly inputs: { readonly left: readonly Input[]; readonly right: readonly Input[] };
  /** A generator for this batch: the same name draws the same. */
  readonly draw: (name: string) => Draw;
}

/**
 * The batch with every row of its number fields augmented; ids of texts and categories stay. Errors: PLUGIN_FAILED, where an
 * augmentation throws or returns as many values as it was not given.
 */
export function augmentBatch(batch: Batch, how: HostAugmenting): Batch {
  if (how.augmentations.length === 0) return batch;
  const augmented = (values: InputValues, role: Role): InputValues =>
    how.augmentations.reduce(
      (now, one, n) =>
        guarded(`augmentation ${one.name}`, () => augmentValues(now, { ...how, one, n, role, count: batch.count })),
      values,
    );
  if (batch.kind === 'labelled-batch') return { ...batch, from: null, items: augmented(batch.items, 'item') };
  if (batch.kind === 'pairs') {
    return { ...batch, from: null, left: augmented(batch.left, 'left'), right: augmented(batch.right, 'right') };
  }
  return {
    ...batch,
    from: null,
    anchor: augmented(batch.anchor, 'anchor'),
    positive: augmented(batch.positive, 'positive'),
    negative: augmented(batch.negative, 'negative'),
  };
}

interface Augmenting extends HostAugmenting {
  readonly one: HostAugmentation;
  readonly n: number;
  readonly role: Role;
  readonly count: number;
}

function augmentValues(values: InputValues, how: Augmenting): InputValues {
  const { one, role, inputs } = how;
  const side = sideOf[role];
  if (side !== null && (one.sides === 'left' || one.sides === 'right') && one.sides !== side) return values;
  const fields = role === 'right' ? inputs.right : inputs.left;
  const isWanted = ({ name, kind, dtype }: Input): boolean =>
    dtype === 'float32' && (one.field === null ? one.accepts.includes(kind) : one.field === name);
  const changed = fields
    .filter(isWanted)
    .map(({ name }) => [name, augmentRows(values[name] as Float32Array, name, how)] as const);
  return { ...values, ...Object.fromEntries(changed) };
}

function augmentRows(values: Float32Array, field: string, { one, n, role, count, draw }: Augmenting): Float32Array {
  const width = values.length / count;
  const result = new Float32Array(values.length);
  for (let row = 0; row < count; row++) {
    const name = `augment.${n}.${field}.${row}${one.sides === 'together' ? '' : `.${role}`}`;
    const next = one.instance.augment(values.slice(row * width, (row + 1) * width), draw(name));
    if (next?.length !== width) refuse(next, { one, field, width });
    result.set(next, row * width);
  }
  return result;
}

function refuse(
  next: ArrayLike<unknown> | undefined,
  of: Pick<Augmenting, 'one'> & { field: string; width: number },
): never {
  const returned = next?.length === undefined ? 'nothing' : `${next.length} values`;
  const message = `augmentation ${of.one.name} of field ${of.field} returned ${returned}, it must return ${of.width} values`;
  return fail('PLUGIN_FAILED', message);
}
