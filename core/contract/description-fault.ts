/** What is wrong with what a source describes: types do not reach one that is written in JavaScript. */
import type { DataDescription } from './source.js';

type Fields = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const oneOf = (value: unknown, words: readonly string[]): boolean => words.includes(value as string);

/** In words that follow `the source`; null: it can be used. */
export function descriptionFault(described: DataDescription | undefined): string | null {
  if (!isMap(described)) return 'described nothing: describe must return { sides, relation, access, relations }';
  const { sides, relation, access } = described as Fields;
  if (!isMap(sides) || !('items' in sides || ('left' in sides && 'right' in sides)))
    return 'described no sides: they must be { items }, or { left, right }';
  if (!oneOf(relation, ['groups', 'pairs', 'triplets']))
    return `described the relation ${shown(relation)}: it must be groups, pairs or triplets`;
  if (!oneOf(access, ['random', 'stream'])) return `described the access ${shown(access)}: it must be random or stream`;
  const names = 'items' in sides ? ['items'] : ['left', 'right'];
  return names.map((name) => sideFault(sides[name], `sides.${name}`)).find((fault) => fault !== null) ?? null;
}

function sideFault(side: unknown, where: string): string | null {
  if (!isMap(side) || !isMap(side['columns'])) return `described no ${where}.columns: they must be a map of columns`;
  const wrong = Object.entries(side['columns']).find(([, column]) => !isColumn(column));
  return wrong ? `described ${where}.columns.${wrong[0]} without its kind and shape` : null;
}

const isColumn = (column: unknown): boolean =>
  isMap(column) && typeof column['kind'] === 'string' && (column['shape'] === null || Array.isArray(column['shape']));

const shown = (value: unknown): string => JSON.stringify(value) ?? 'undefined';
