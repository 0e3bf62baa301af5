import type { Column } from '../../contract/index.js';
import { starMatcher } from '../../files/index.js';
import { fail, listed, suggestion } from '../../problem/index.js';

export interface NamedColumn {
  readonly name: string;
  readonly column: Column;
}
export const numbersPerItem = ({ shape }: Column): number => (shape ?? []).reduce((product, size) => product * size, 1);

interface Given {
  readonly columns: Readonly<Record<string, Column>>;
  readonly taken: ReadonlySet<string>;
  readonly path: string;
}

/** The columns that a field names, patterns in the order of the data; without any, the column of the field's own name. */
export function chooseColumns(
  field: string,
  selectors: readonly string[] | null,
  given: Given,
): readonly NamedColumn[] {
  const chosen = (selectors ?? [field]).flatMap((selector) =>
    selector.includes('*') && selectors !== null ? matching(field, selector, given) : [named(field, selector, given)],
  );
  const twice = chosen.find(({ name }, i) => chosen.findIndex((one) => one.name === name) < i);
  if (twice) fail('FIELD', `field "${field}" has the column "${twice.name}" twice`, { path: given.path });
  if (chosen.length === 0) fail('FIELD', `field "${field}" names no columns`, { path: given.path });
  return chosen;
}

function named(field: string, name: string, { columns, path }: Given): NamedColumn {
  if (Object.hasOwn(columns, name)) return { name, column: columns[name]! };
  const names = Object.keys(columns);
  const hint = `Columns: ${listed(names)}`;
  const what = field === name ? 'of its name' : `"${name}"`;
  return fail(
    'FIELD',
    `field "${field}": the data has no column ${what}${suggestion(name, names) || '; name its `columns`'}`,
    { path, hint },
  );
}

/** A pattern leaves out what is taken: `*` is every column that is no group, key or target. */
function matching(field: string, pattern: string, { columns, taken, path }: Given): readonly NamedColumn[] {
  const matches = starMatcher(pattern);
  const found = Object.entries(columns).filter(
    ([name, { input }]) => input !== false && !taken.has(name) && matches(name),
  );
  if (found.length > 0) return found.map(([name, column]) => ({ name, column }));
  const hint = `Columns: ${listed(Object.keys(columns))}`;
  return fail('FIELD', `field "${field}": no column matches "${pattern}"`, { path, hint });
}
