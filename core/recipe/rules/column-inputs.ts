/** What the network sees where the recipe names no fields: what the data room makes of the columns, told from headers. */
import type { FieldKind } from '../../contract/index.js';
import type { Schema } from '../../plugin/schema.js';
import { columnsIn } from '../column-options.js';
import { type AnySlot, type Draft, sound } from '../draft.js';
import { relationColumns } from './columns.js';

/** An input, with the columns that it is made of. */
export interface ColumnInput {
  readonly name: string;
  readonly kind: FieldKind;
  readonly columns: readonly string[];
}

export const withoutFields =
  'Without data.fields all columns of numbers are one vector, features, and any other column is an input of its own; data.fields names what the network sees, and how.';

/** Inputs of a side; null where the data was not looked at. */
export function columnInputs(draft: Draft, side: 'left' | 'right'): readonly ColumnInput[] | null {
  const { description } = draft.data;
  if (!description) return null;
  const { sides } = description;
  const { columns } = 'items' in sides ? sides.items : sides[side];
  const taken = takenColumns(draft);
  const seen = Object.entries(columns).filter(([name, { input }]) => input !== false && !taken.has(name));
  const numbers = seen.filter(([, { kind }]) => kind === 'number').map(([name]) => name);
  const others = seen.filter(([, { kind }]) => kind !== 'number');
  return [
    ...(numbers.length > 0 ? [{ name: 'features', kind: 'vector', columns: numbers } as const] : []),
    ...others.map(([name, { kind }]) => ({ name, kind, columns: [name] })),
  ];
}

/** Columns that relate, divide or name the items. */
function takenColumns(draft: Draft): ReadonlySet<string> {
  const { source, split, sampler, metrics } = draft.slots;
  const slots: readonly (AnySlot | null)[] = [source, split, sampler, ...metrics];
  const named = sound(slots).flatMap(({ plugin, use }) => columnsIn(plugin.options as Schema, use.options));
  return new Set([...named, ...relationColumns(draft).map(({ name }) => name)]);
}

const SHOWN = 6;

/** `field id is text`, `the columns of numbers (x, y, z) are one vector`. */
export function described({ name, kind, columns }: ColumnInput): string {
  if (name !== 'features' || kind !== 'vector') return `field ${name} is ${kind}`;
  const shown = columns.length > SHOWN ? [...columns.slice(0, SHOWN), '...'] : columns;
  const many = columns.length > 1;
  return `the column${many ? 's' : ''} of numbers (${shown.join(', ')}) ${many ? 'are' : 'is'} one vector`;
}
