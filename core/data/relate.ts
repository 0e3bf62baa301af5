import type { Cells, Cols, RelationsPlan } from '../contract/index.js';

/** Values as codes 0.., in order of first appearance; null and NaN are -1. */
export interface Codes {
  readonly codes: Int32Array;
  readonly names: readonly string[];
}

export function encodeNames(values: readonly (string | null)[]): Codes {
  const known = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    if (!known.has(value)) known.set(value, known.size);
    return known.get(value)!;
  });
  return { codes, names: [...known.keys()] };
}

/** Scalar cells as text; what is missing is null. */
export function cellTexts(cells: Cells): readonly (string | null)[] {
  return Array.from(cells as ArrayLike<unknown>, (cell) => {
    if (cell === null || cell === undefined || (typeof cell === 'number' && Number.isNaN(cell))) return null;
    return String(cell);
  });
}

/** Columns that the relations name: `label`, or those of a template such as `{alphabet}/{character}`. */
export function relationColumns(relations: RelationsPlan): readonly string[] {
  const group = relations.group === null ? [] : templateColumns(relations.group);
  return relations.impostor === null ? group : [...group, relations.impostor.column];
}

function templateColumns(template: string): readonly string[] {
  const named = [...template.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]!);
  return named.length > 0 ? named : [template];
}

/** The group of each row by the recipe's column or template. A row that misses one of its columns has no group. */
export function groupTexts(template: string, columns: Cols, count: number): readonly (string | null)[] {
  const names = templateColumns(template);
  const texts = new Map(names.map((name) => [name, cellTexts(columns[name]!)]));
  const plain = names.length === 1 && names[0] === template;
  return Array.from({ length: count }, (_, row) => {
    const cells = names.map((name) => texts.get(name)![row]!);
    if (cells.some((cell) => cell === null)) return null;
    return plain ? cells[0]! : template.replace(/\{([^{}]+)\}/g, (_all, name: string) => texts.get(name)![row]!);
  });
}
