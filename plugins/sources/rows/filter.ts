import { quoteName, quoteText } from '../../../core/files/index.js';
import { fail } from '../../../core/problem/index.js';
import type { ParquetColumn } from './parquet/columns.js';

type Value = string | number | boolean;

/** A condition on a column, as data: what a recipe cannot say cannot be abused. All that are named must hold. */
export interface Condition {
  readonly column: string;
  readonly equals?: Value | null;
  readonly in?: readonly Value[];
  readonly atLeast?: string | number | null;
  readonly below?: string | number | null;
}

/** Options of the sources that read tables of any size. */
export const selectionOptions = {
  columns: {
    type: 'array',
    items: { type: 'string', format: 'column', description: 'A column.' },
    default: [],
    description: 'Columns to read; the others are as if they were not there. Empty: all.',
  },
  filter: {
    type: 'array',
    default: [],
    description: 'Rows to read, of Parquet: those for which every condition holds. A missing value meets none.',
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['column'],
      description: 'Conditions on one column.',
      properties: {
        column: { type: 'string', format: 'column', description: 'The column.' },
        equals: { type: ['string', 'number', 'boolean', 'null'], default: null, description: 'The value is this one.' },
        in: {
          type: 'array',
          items: { type: ['string', 'number', 'boolean'], description: 'A value.' },
          default: [],
          description: 'The value is one of these. Empty: not asked.',
        },
        atLeast: {
          type: ['string', 'number', 'null'],
          default: null,
          description: 'The value is this one or comes after it: a number, or a date or time in ISO form.',
        },
        below: { type: ['string', 'number', 'null'], default: null, description: 'The value comes before this one.' },
      },
    },
  },
  order: {
    type: ['string', 'null'],
    format: 'column',
    default: null,
    description: 'Column by which the rows of Parquet are put in order, equal ones as they stand. null: as they stand.',
  },
} as const;

/** The conditions as an expression of SQL, made of quoted names and literals alone. Errors: DATA_COLUMN, OPTION_MISSING. */
export function conditionSql(
  conditions: readonly Condition[],
  columns: readonly ParquetColumn[],
  file: string,
): string {
  return conditions.map((condition) => oneSql(condition, columns, file)).join(' AND ') || 'true';
}

function oneSql(condition: Condition, columns: readonly ParquetColumn[], file: string): string {
  const found = columns.find(({ name }) => name === condition.column);
  if (!found) return fail('DATA_COLUMN', `${file} has no column "${condition.column}", which \`filter\` names`);
  if (found.type === 'array') fail('DATA_COLUMN', `\`filter\` names "${found.name}": a vector cannot be compared`);
  const name = quoteName(found.name);
  const value = (given: Value): string => literal(given, found);
  const { equals = null, in: among = [], atLeast = null, below = null } = condition;
  const parts = [
    ...(equals === null ? [] : [`${name} = ${value(equals)}`]),
    ...(among.length === 0 ? [] : [`${name} IN (${among.map(value).join(', ')})`]),
    ...(atLeast === null ? [] : [`${name} >= ${value(atLeast)}`]),
    ...(below === null ? [] : [`${name} < ${value(below)}`]),
  ];
  if (parts.length === 0)
    fail('OPTION_MISSING', `\`filter\` says nothing of "${found.name}": equals, in, atLeast or below is needed`);
  return `(${parts.join(' AND ')})`;
}

function literal(value: Value, { name, stored }: ParquetColumn): string {
  const isNumber = !/^(VARCHAR|UUID|ENUM|DATE|TIME|BOOLEAN)/.test(stored);
  const wanted = stored === 'BOOLEAN' ? 'boolean' : isNumber ? 'number' : 'string';
  if (typeof value !== wanted) {
    const held = { boolean: 'true and false', number: 'numbers', string: 'text' }[wanted];
    fail('DATA_COLUMN', `\`filter\`: the column "${name}" holds ${held}, not ${JSON.stringify(value)}`);
  }
  if (typeof value !== 'string') return String(value);
  return /^(DATE|TIME)/.test(stored) ? `CAST(${quoteText(value)} AS ${stored})` : quoteText(value);
}
