/** What a recipe says of the columns of a table: which name an item, which are read, and how. */
import type { Column } from '../../contract/index.js';
import { anyFields, vectors } from './parts.js';

/** Of the first rows, by column; without those of several numbers. */
export type Cells = Readonly<Record<string, readonly unknown[]>>;

interface Seen {
  readonly columns: Readonly<Record<string, Column>>;
  readonly cells: Cells;
  readonly group: string;
}

interface Inputs {
  /** The column that names the items; null: none does. */
  readonly key: string | null;
  /** Further options of the source. */
  readonly options: string;
  /** Lines of `data.fields`, where the recipe must say how a column is read. */
  readonly fields: readonly string[];
  readonly encoder: string;
}

const isMissing = (value: unknown): boolean => value === null || Number.isNaN(value);

/** A name of each item teaches nothing: it is the key. Other texts are read as such; what is missing gets a value. */
export function inputsOf({ columns, cells, group }: Seen): Inputs {
  const others = Object.keys(columns).filter((name) => name !== group && columns[name]!.input !== false);
  const names = others.filter((name) => isName(name, cells[name] ?? []));
  const rest = others.filter((name) => !names.includes(name));
  const read = rest.length > 0 ? rest : others;
  const key = rest.length > 0 ? (names[0] ?? null) : null;
  const listed = key !== null && names.length > 1 ? `, columns: ${JSON.stringify(read)}` : '';
  const hasGaps = (name: string): boolean => columns[name]!.nullable || (cells[name] ?? []).some(isMissing);
  return {
    key,
    options: `${key === null ? '' : `, key: ${JSON.stringify(key)}`}${listed}`,
    fields: read.some(hasGaps) ? fieldsWithGaps(read, columns, hasGaps) : [],
    encoder: encoderOf(read.map((name) => columns[name]!)),
  };
}

/** What differs in every row, is one word or a whole number, and is called as names are. */
function isName(name: string, values: readonly unknown[]): boolean {
  return (
    /(^|[_ -])(id|key|uuid|guid|name|file|filename|path|index)$/i.test(name) &&
    values.length > 0 &&
    new Set(values).size === values.length &&
    values.every((value) => (typeof value === 'string' ? !/\s/.test(value) : Number.isInteger(value)))
  );
}

function fieldsWithGaps(
  read: readonly string[],
  columns: Seen['columns'],
  hasGaps: (name: string) => boolean,
): readonly string[] {
  const numbers = read.filter((name) => columns[name]!.kind === 'number');
  const others = read.filter((name) => columns[name]!.kind !== 'number');
  const missing = (names: readonly string[], what: string): string => (names.some(hasGaps) ? `, missing: ${what}` : '');
  const field = (name: string): string => {
    const { kind } = columns[name]!;
    const isText = kind === 'text' || kind === 'category';
    return `  ${JSON.stringify(name)}: { kind: ${kind}${missing([name], isText ? 'zero' : 'mean')} }`;
  };
  return [
    'fields:   # some values are missing: the mean of the others stands for a number, nothing for a text',
    ...(numbers.length > 0
      ? [`  features: { kind: vector, columns: ${JSON.stringify(numbers)}${missing(numbers, 'mean')} }`]
      : []),
    ...others.map(field),
  ];
}

/** Numbers of any shape are one vector to an mlp; texts need an encoder of their own. */
export const encoderOf = (read: readonly Column[]): string =>
  read.some(({ kind }) => kind === 'text' || kind === 'category') ? anyFields : vectors;
