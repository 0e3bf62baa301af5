import type { FieldKind } from '../../contract/index.js';
import { view } from '../../plugin/view.js';
import { type Code, type Problem, suggestion } from '../../problem/index.js';
import { type Draft, sound } from '../draft.js';
import { isSided } from '../envelope.js';
import { needsOf } from './reading.js';
import { either, found, type Rule } from './rule.js';

/** One tower, or one for each table. */
const towers: Rule = {
  reads: ['encoder', 'data'],
  check(draft) {
    const { encoders, losses } = draft.slots;
    const { description, relation } = draft.data;
    const twoTables = description !== null && 'left' in description.sides;
    if (encoders.length === 2 && relation === 'groups') {
      const message = 'left and right encoders need pairs, but the data has groups, whose items have no side';
      return [found(draft, { code: 'RELATION', path: 'encoder', message })];
    }
    if (encoders.length === 1 && twoTables && !sameColumns(draft)) {
      const message = 'left and right have different fields: one shared encoder cannot take both';
      return [
        found(draft, {
          code: 'ENCODER_INPUT',
          path: 'encoder',
          message,
          hint: 'encoder: { left: ..., right: ... } gives each side its own.',
        }),
      ];
    }
    if (!twoTables) return [];
    return sound(losses)
      .filter((loss) => {
        const needs = needsOf(loss);
        return 'embeddings' in needs && needs.embeddings !== 'pairs';
      })
      .map(({ slot }) =>
        found(draft, {
          code: 'RELATION',
          path: slot.path,
          message: `loss ${slot.use.type} compares items of one table, but left and right are two`,
        }),
      );
  },
};

function sameColumns({ data: { description }, settings }: Draft): boolean {
  const { sides } = description!;
  if (!('left' in sides)) return true;
  const { fields } = settings.data;
  const named = (side: 'left' | 'right'): unknown => {
    const own = fields === undefined || isSided(fields) ? fields?.[side] : fields;
    return (
      own ??
      Object.fromEntries(Object.entries(sides[side].columns).map(([name, { kind, shape }]) => [name, { kind, shape }]))
    );
  };
  return JSON.stringify(named('left')) === JSON.stringify(named('right'));
}

/** Kinds of the network's inputs, where the recipe or the headers tell. */
function inputKinds({
  settings,
  data: { description },
}: Draft): readonly { readonly name: string; readonly kind: FieldKind; readonly rank: number | null }[] | null {
  if (!description || !('items' in description.sides)) return null;
  const { columns } = description.sides.items;
  const { fields } = settings.data;
  if (fields === undefined || isSided(fields)) return null;
  return Object.entries(fields).flatMap(([name, field]) => {
    const column = columns[name];
    const kind = field.kind ?? column?.kind;
    return kind === undefined
      ? []
      : [{ name, kind, rank: column?.kind === kind ? (column.shape?.length ?? null) : null }];
  });
}

/** The encoder must take the fields that the recipe names. */
const encoderInputs: Rule = {
  reads: ['encoder', 'data'],
  check(draft) {
    const kinds = inputKinds(draft);
    const [encoder] = draft.slots.encoders;
    if (!kinds || !encoder || draft.slots.encoders.length !== 1) return [];
    const { accepts, inputs } = view(encoder.plugin);
    const taken = Object.keys(accepts);
    const strange = kinds.filter(({ kind }) => !taken.includes(kind));
    const at = (path: string, message: string): Problem => found(draft, { code: 'ENCODER_INPUT', path, message });
    if (strange.length === 0 && kinds.length > 1 && inputs !== 'many') {
      const names = kinds.map(({ name }) => name).join(', ');
      return [
        at('encoder', `encoder ${encoder.use.type} takes one field, but data.fields has ${kinds.length}: ${names}`),
      ];
    }
    return strange.map(({ name, kind }) =>
      at(`data.fields.${name}`, `field ${name} is ${kind}, but encoder ${encoder.use.type} takes ${either(taken)}`),
    );
  },
};

/** A projection takes embeddings, and what learns to measure them must see in use what it saw in training. */
const projections: Rule = {
  reads: ['encoder', 'distance', 'head'],
  check(draft) {
    const { projection, distance, head } = draft.slots;
    if (!projection) return [];
    const { accepts } = view(projection.plugin);
    const blind = accepts.vector?.includes(1)
      ? []
      : [
          found(draft, {
            code: 'ENCODER_INPUT',
            path: 'encoder.projection',
            message: `encoder ${projection.use.type} takes ${either(Object.keys(accepts))}, but a projection gets embeddings, which are vectors`,
          }),
        ];
    const learned = [
      distance && ({ slot: distance, path: 'distance' } as const),
      head && ({ slot: head, path: 'head' } as const),
    ]
      .filter((one) => one !== null)
      .filter(({ slot }) => view<'distance' | 'head'>(slot.plugin).weights !== undefined)
      .map(({ slot, path }) =>
        found(draft, {
          code: 'GEOMETRY_DISTANCE',
          path,
          message: `${path} ${slot.use.type} learns from projected embeddings, but evaluation and use measure those before encoder.projection`,
        }),
      );
    return [...blind, ...learned];
  },
};

/** An augmentation must find its field, and be able to do what `sides` asks. */
const augmentations: Rule = {
  reads: ['data'],
  check(draft) {
    const known = fieldKinds(draft);
    return sound(draft.slots.augment).flatMap(({ slot, field, sides }) => {
      const { accepts, together } = view(slot.plugin);
      const { type } = slot.use;
      const at = (code: Code, key: string, message: string): Problem =>
        found(draft, { code, path: `${slot.path}.${key}`, message });
      const apart = sides === 'together' && together !== true;
      const kind = field === null ? undefined : known?.get(field);
      const strange = kind !== undefined && kind !== null && !accepts.includes(kind);
      return [
        ...(apart
          ? [at('VALUE_CHOICE', 'sides', `augmentation ${type} cannot share one draw between both items of a pair`)]
          : []),
        ...(strange
          ? [at('FIELD', 'field', `field ${field} is ${kind}, but augmentation ${type} takes ${either(accepts)}`)]
          : []),
        ...(field === null && known && ![...known.values()].some((one) => one === null || accepts.includes(one))
          ? [
              at(
                'FIELD',
                'type',
                `augmentation ${type} takes ${either(accepts)}, but the fields are ${[...known].map(([name, one]) => `${name} (${one})`).join(', ')}`,
              ),
            ]
          : []),
        ...(known && field !== null && kind === undefined
          ? [
              at(
                'FIELD',
                'field',
                `there is no field ${field}${suggestion(field, [...known.keys()]) || `; fields: ${[...known.keys()].join(', ')}`}`,
              ),
            ]
          : []),
      ];
    });
  },
};

/** Fields of both sides and their kinds (null: not known); null where nothing tells which fields there are. */
function fieldKinds({ settings, data: { description } }: Draft): ReadonlyMap<string, FieldKind | null> | null {
  const { fields } = settings.data;
  if (fields !== undefined) {
    const maps = isSided(fields) ? [fields.left ?? {}, fields.right ?? {}] : [fields];
    return new Map(maps.flatMap((map) => Object.entries(map).map(([name, { kind = null }]) => [name, kind] as const)));
  }
  if (!description) return null;
  const sides =
    'items' in description.sides ? [description.sides.items] : [description.sides.left, description.sides.right];
  const columns = sides.flatMap((side) => Object.values(side.columns));
  if (columns.some(({ kind }) => kind === 'number')) return null; // numbers are joined to fields of other names
  return new Map(
    sides.flatMap(({ columns }) =>
      Object.entries(columns)
        .filter(([, { input }]) => input !== false)
        .map(([name, { kind }]) => [name, kind] as const),
    ),
  );
}

/** Rules about the relation. */
export const towerRules: readonly Rule[] = [towers];
export const inputRules: readonly Rule[] = [encoderInputs, projections, augmentations];
