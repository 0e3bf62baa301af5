import { fail } from '../../../core/problem/index.js';
import type { RowColumn } from './column.js';

/** A file of a table of several, and what it holds. */
interface Part {
  /** As messages show it. */
  readonly label: string;
  readonly columns: readonly RowColumn[];
}

const kindOf = ({ type, shape }: RowColumn): string =>
  type === 'array' ? `vectors of ${shape!.join(' x ')}` : type === 'truth' ? 'number' : type;

/** Files that are one table must agree. Errors: DATA_COLUMN naming both. */
export function requireSameColumns(first: Part, next: Part): void {
  for (const column of first.columns) {
    const other = next.columns.find(({ name }) => name === column.name);
    if (!other)
      fail(
        'DATA_COLUMN',
        `column "${column.name}" of ${first.label} is missing in ${next.label}: files of one table must have the same columns`,
      );
    if (kindOf(column) === kindOf(other)) continue;
    fail(
      'DATA_COLUMN',
      `column "${column.name}" holds ${kindOf(column)} in ${first.label} and ${kindOf(other)} in ${next.label}: if it is text, name it under \`text\` of the source`,
    );
  }
  const extra = next.columns.find(({ name }) => !first.columns.some((column) => column.name === name));
  if (!extra) return;
  fail(
    'DATA_COLUMN',
    `column "${extra.name}" of ${next.label} is missing in ${first.label}: files of one table must have the same columns`,
  );
}
