import type { DataDescription } from '../../contract/index.js';
import { starMatcher } from '../../files/index.js';
import type { Schema } from '../../plugin/schema.js';
import { listed, nearest, type Problem } from '../../problem/index.js';
import { type AnySlot, type Draft, sound } from '../draft.js';
import { type FieldMap, isSided } from '../envelope.js';
import { found, type Rule } from './rule.js';

type Named = { readonly path: string; readonly name: string; readonly table?: 'left' | 'right' | undefined };

/** Columns that the recipe names must be columns of the data. */
const namedColumns: Rule = {
  reads: ['data', 'sampler'],
  check(draft) {
    const { description } = draft.data;
    const columns = description && columnsOf(description);
    if (!columns) return [];
    const { split, sampler, metrics } = draft.slots;
    const slots: readonly (AnySlot | null)[] = [split, sampler, ...metrics];
    return [...relationColumns(draft), ...sound(slots).flatMap(columnOptions)]
      .filter(({ name }) => !columns.includes(name))
      .map((named) => missing(draft, named, columns));
  },
};

/** Those of the items, and of the pairs; null: nothing tells them before the data is read. */
function columnsOf({ sides, relation, pairColumns }: DataDescription): readonly string[] | null {
  const ofItems = Object.keys(('items' in sides ? sides.items : sides.left).columns);
  if (relation === 'groups') return 'items' in sides ? ofItems : null;
  return pairColumns ? [...pairColumns, ...ofItems] : null;
}

function missing(
  draft: Draft,
  { path, name, table }: Named,
  columns: readonly string[],
  code: 'DATA_COLUMN' | 'FIELD' = 'DATA_COLUMN',
): Problem {
  const near = nearest(name, columns);
  const instead = near === null ? `; its columns: ${listed(columns)}` : `; did you mean ${near}?`;
  return found(draft, {
    code,
    path,
    message: `${path} names the column "${name}", which the ${table ? `${table} table` : 'data'} does not have${instead}`,
  });
}

/** Columns that `data.relations` names. */
export function relationColumns({ settings: { data } }: Draft): Named[] {
  const { group, impostor } = data.relations;
  const inTemplate = [...(group ?? '').matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]!);
  const groups = group === undefined ? [] : inTemplate.length > 0 ? inTemplate : [group];
  return [
    ...groups.map((name) => ({ path: 'data.relations.group', name })),
    ...(impostor ? [{ path: 'data.relations.impostor.column', name: impostor.column }] : []),
  ];
}

/** Options of format `column` of a split, a sampler or an evaluator. */
function columnOptions({ path, plugin, use }: AnySlot): Named[] {
  return Object.entries(plugin.options.properties as Readonly<Record<string, Schema>>).flatMap(
    ([option, { format }]) => {
      const value = use.options[option];
      return format === 'column' && typeof value === 'string' ? [{ path: `${path}.${option}`, name: value }] : [];
    },
  );
}

/** Fields must be made of columns that are there. */
const fieldColumns: Rule = {
  reads: ['data'],
  check(draft) {
    const { description } = draft.data;
    const { fields } = draft.settings.data;
    if (!description || fields === undefined) return [];
    const { sides } = description;
    const sided = isSided(fields);
    if ('items' in sides) {
      if (!sided)
        return missingFields(draft, fields, { columns: Object.keys(sides.items.columns), path: 'data.fields' });
      const message = 'data.fields has left and right, but the source has one table of items';
      return [found(draft, { code: 'FIELD', path: 'data.fields', message })];
    }
    // without sides they are those of both tables
    return (['left', 'right'] as const).flatMap((side) =>
      missingFields(draft, sided ? (fields[side] ?? {}) : fields, {
        columns: Object.keys(sides[side].columns),
        path: sided ? `data.fields.${side}` : 'data.fields',
        table: side,
      }),
    );
  },
};

function missingFields(
  draft: Draft,
  fields: FieldMap,
  from: { readonly columns: readonly string[]; readonly path: string; readonly table?: 'left' | 'right' },
): Problem[] {
  const known = new Set(from.columns);
  /** `pixel*` names every column that begins with `pixel`. */
  const isThere = (column: string): boolean =>
    column.includes('*') ? from.columns.some(starMatcher(column)) : known.has(column);
  return Object.entries(fields).flatMap(([name, { columns }]) => {
    const path = columns === undefined ? `${from.path}.${name}` : `${from.path}.${name}.columns`;
    return [columns ?? name]
      .flat()
      .filter((column) => !isThere(column))
      .map((column) => missing(draft, { path, name: column, table: from.table }, from.columns, 'FIELD'));
  });
}

export const columnRules: readonly Rule[] = [namedColumns, fieldColumns];
