import type { FieldKind } from '../../contract/index.js';
import { view } from '../../plugin/view.js';
import { type Code, type Problem, suggestion } from '../../problem/index.js';
import { type Draft, sound } from '../draft.js';
import { type FieldMap, isSided } from '../envelope.js';
import type { Slot } from '../uses.js';
import { columnInputs, described, withoutFields } from './column-inputs.js';
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

/** The encoder must take the fields that the recipe names, or those that the columns make. */
const encoderInputs: Rule = {
  reads: ['encoder', 'data', 'sampler', 'evaluate.metrics'],
  check(draft) {
    const { fields } = draft.settings.data;
    if (fields === undefined) return sound(draft.slots.encoders).flatMap((encoder) => ofColumns(draft, encoder));
    const [encoder] = draft.slots.encoders;
    if (isSided(fields) || !encoder || draft.slots.encoders.length !== 1) return [];
    return ofFields(draft, encoder, fields);
  },
};

function ofFields(draft: Draft, encoder: Slot<'encoder'>, fields: FieldMap): readonly Problem[] {
  const { description } = draft.data;
  if (!description || !('items' in description.sides)) return [];
  const { columns } = description.sides.items;
  const kinds = Object.entries(fields).flatMap(([name, field]) => {
    const kind = field.kind ?? (field.columns === undefined ? columns[name]?.kind : undefined);
    return kind === undefined ? [] : [{ name, kind }];
  });
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
}

/** Without `data.fields` nothing but the encoder stands in the recipe: it is where a mismatch shows. */
function ofColumns(draft: Draft, { path, plugin, use }: Slot<'encoder'>): readonly Problem[] {
  const made = columnInputs(draft, path === 'encoder.right' ? 'right' : 'left');
  if (!made) return [];
  const { accepts, inputs } = view(plugin);
  const taken = Object.keys(accepts);
  const at = (message: string): Problem => found(draft, { code: 'ENCODER_INPUT', path, message, hint: withoutFields });
  const strange = made.filter(({ kind }) => !taken.includes(kind));
  if (strange.length > 0)
    return strange.map((input) => at(`${described(input)}, but encoder ${use.type} takes ${either(taken)}`));
  if (made.length < 2 || inputs === 'many') return [];
  const names = made.map(({ name }) => name).join(', ');
  return [at(`encoder ${use.type} takes one input, but the columns make ${made.length}: ${names}`)];
}

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
      const at = (code: Code, key: string | null, message: string): Problem =>
        found(draft, { code, path: key === null ? slot.path : `${slot.path}.${key}`, message });
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
                null,
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
function fieldKinds(draft: Draft): ReadonlyMap<string, FieldKind | null> | null {
  const { fields } = draft.settings.data;
  if (fields !== undefined) {
    const maps = isSided(fields) ? [fields.left ?? {}, fields.right ?? {}] : [fields];
    return new Map(maps.flatMap((map) => Object.entries(map).map(([name, { kind = null }]) => [name, kind] as const)));
  }
  const made = [columnInputs(draft, 'left'), columnInputs(draft, 'right')].filter((one) => one !== null);
  if (made.length === 0) return null;
  return new Map(made.flat().map(({ name, kind }) => [name, kind] as const));
}

/** Rules about the relation. */
export const towerRules: readonly Rule[] = [towers];
export const inputRules: readonly Rule[] = [encoderInputs, projections, augmentations];
