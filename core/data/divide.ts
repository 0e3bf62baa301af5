import type { Assignment, Part3, RandomAccessData, SplitView, Table } from '../contract/index.js';
import { fail, guarded } from '../problem/index.js';
import { openStream } from '../random/index.js';
import type { Selection } from './item-set.js';
import type { DataRequest } from './open.js';
import { refuseLeaks } from './overlaps.js';
import { type Divisible, partOfItems, partOfPairs } from './parts.js';
import { allRows, type Related, relateItems } from './related.js';

export interface Tables {
  readonly left: Table;
  /** `left` itself unless the data has two tables. */
  readonly right: Table;
}
/** Data whose rows are related and divided, before any of their values is decoded. */
export interface DividedData {
  readonly tables: Tables;
  readonly related: Related;
  readonly selections: Readonly<Record<Part3, Selection>>;
}

/**
 * Errors: DATA_COLUMN; those of the split; PLUGIN_FAILED for a split that answers with something else than a part per
 * row.
 */
export async function divideData(data: RandomAccessData, request: DataRequest): Promise<DividedData> {
  const tables = 'items' in data.tables ? { left: data.tables.items, right: data.tables.items } : data.tables;
  const related = await relateItems(data, tables.left, request);
  return { tables, related, selections: divide(data, { tables, related }, request) };
}

interface Known {
  readonly tables: Tables;
  readonly related: Related;
}

/** Asks the split for the part of each row, and selects. */
function divide(data: RandomAccessData, known: Known, request: DataRequest): DividedData['selections'] {
  const view = viewOf(data, known, request);
  const draw = openStream(request.seed, 'split').draw(); // of every fold alike
  const assigned = guarded('the split', () => request.split.assign(view, request.fold, draw));
  checkAssigned(assigned, view);
  if (data.overlaps && view.of === 'items') refuseLeaks(data.overlaps, assigned);
  const { tables } = known;
  const divisible: Divisible = {
    size: tables.left.size,
    rightSize: tables.right.size,
    shared: tables.left === tables.right,
    pairs: data.pairs,
    triplets: data.triplets,
  };
  const choose = view.of === 'pairs' ? partOfPairs : partOfItems;
  const select = (part: Part3): Selection => choose(divisible, assigned, part);
  return { train: select('train'), validation: select('validation'), test: select('test') };
}

function viewOf(data: RandomAccessData, { tables, related }: Known, request: DataRequest): SplitView {
  const { pairs, triplets, given } = data;
  const firsts = pairs?.left ?? triplets?.anchor ?? null;
  const byPairs = firsts !== null && [request.split.of].flat().includes('pairs');
  const keys = keysOf(tables);
  return {
    size: byPairs ? firsts.length : tables.left.size,
    of: byPairs ? 'pairs' : 'items',
    groups: byPairs ? null : related.owners,
    pairs,
    triplets,
    shared: tables.left === tables.right,
    given,
    where: byPairs ? (i) => data.pairWhere?.(i) ?? null : (row) => tables.left.where(row),
    key: byPairs ? (i) => keyOfPair(i, { pairs, triplets }, keys) : keys.left,
    column: (name) => {
      const ofPairs = byPairs ? data.pairColumns?.[name] : undefined;
      if (ofPairs) return Array.from(ofPairs as ArrayLike<string | number | null>);
      const cells = cellsOf(related, name);
      return byPairs ? Array.from(firsts, (row) => cells[row]!) : cells;
    },
  };
}

interface Keys {
  readonly left: (row: number) => string;
  readonly right: (row: number) => string;
}

function keysOf({ left, right }: Tables): Keys {
  const keys = keysIn(left);
  return { left: keys, right: left === right ? keys : keysIn(right) };
}

/** Made when first asked for: many splits ask for none. Those of a table that is not in memory are not held either. */
function keysIn(table: Table): (row: number) => string {
  let held: readonly string[] | null = null;
  return (row) => {
    if (table.onDisk) return table.keys(Int32Array.of(row))[0]!;
    held ??= table.keys(allRows(table.size));
    return held[row]!;
  };
}

/** All keys of a pair or triplet: those that are given twice have one. */
function keyOfPair(i: number, { pairs, triplets }: Pick<RandomAccessData, 'pairs' | 'triplets'>, keys: Keys): string {
  if (pairs) return `${keys.left(pairs.left[i]!)}\n${keys.right(pairs.right[i]!)}`;
  const { anchor, positive, negative } = triplets!;
  return [anchor, positive, negative].map((rows) => keys.left(rows[i]!)).join('\n');
}

function cellsOf({ columns }: Related, name: string): (string | number | null)[] {
  const cells = columns[name];
  if (!cells) return fail('DATA_COLUMN', `the split reads the column "${name}", which none of its options names`);
  return Array.from(cells as ArrayLike<string | number | null>);
}

/** What a split may say of a row. */
export const answers: ReadonlySet<unknown> = new Set<Assignment>(['train', 'validation', 'test', 'unused']);

function checkAssigned(assigned: readonly Assignment[] | undefined, { size, of }: SplitView): void {
  if (!Array.isArray(assigned)) fail('PLUGIN_FAILED', `data.split gave no list of parts, it must give ${size}`);
  if (assigned.length !== size) {
    fail('PLUGIN_FAILED', `data.split gave ${assigned.length} parts for ${size} ${of}`);
  }
  const wrong = assigned.findIndex((part) => !answers.has(part));
  if (wrong < 0) return;
  fail('PLUGIN_FAILED', `data.split said "${assigned[wrong]}" of row ${wrong}; it must be ${[...answers].join(', ')}`);
}
