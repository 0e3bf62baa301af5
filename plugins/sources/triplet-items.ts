import type { Cols, Side, Table, TripletTable } from '../../core/contract/index.js';
import { tableOf } from './memory-table.js';
import { type ItemColumn, type Selector, sideColumns } from './pair-columns.js';
import { describeColumn } from './rows/column.js';
import { contentKeys, distinctRows } from './rows/distinct.js';
import type { RowsInMemory } from './rows/memory.js';
import type { RowTable } from './rows/table.js';

export interface TripletSelectors {
  readonly anchor: Selector;
  readonly positive: Selector;
  readonly negative: Selector;
}
/** The items of triplets, who is which, and what else is known of each triplet. */
export interface TripletItems {
  readonly table: Table;
  readonly side: Side;
  readonly triplets: TripletTable;
  readonly tripletColumns: Cols;
  /** Where a triplet stands, for messages. */
  readonly where: RowsInMemory['where'];
}

export const roles = ['anchor', 'positive', 'negative'] as const;

/** Triplets that hold their items themselves. Errors: DATA_COLUMN where the three differ. */
export async function readInline(rows: RowTable, selectors: TripletSelectors): Promise<TripletItems> {
  const sides = columnsOfRoles(rows, selectors);
  const memory = await rows.read();
  const cols = sides.map((side) =>
    Object.fromEntries(side.map(({ name, column }) => [name, memory.columns[column.name]!])),
  );
  const { columns, size, codes, firstRows } = distinctRows(cols, memory.size);
  const where: Table['where'] = (item) => memory.where(firstRows[item]!);
  const [anchor, positive, negative] = codes as [Int32Array, Int32Array, Int32Array];
  const ofItems = new Set(sides.flat().map(({ column }) => column.name));
  const others = Object.entries(memory.columns).filter(([name]) => !ofItems.has(name));
  return {
    table: tableOf(columns, size, { keys: contentKeys(columns, size), where }),
    side: { ...inlineSide(rows, selectors), size },
    triplets: { anchor, positive, negative },
    tripletColumns: Object.fromEntries(others),
    where: memory.where,
  };
}

const columnsOfRoles = (rows: RowTable, selectors: TripletSelectors): readonly (readonly ItemColumn[])[] =>
  sideColumns(
    rows,
    roles.map((role) => [role, selectors[role]]),
  );

/** A column may be empty where it is so of any of the three. */
export function inlineSide(rows: RowTable, selectors: TripletSelectors): Side {
  const sides = columnsOfRoles(rows, selectors);
  const columns = sides[0]!.map(({ name, column }, i) => {
    const nullable = sides.some((side) => side[i]!.column.nullable);
    return [name, describeColumn({ ...column, nullable })] as const;
  });
  return { size: null, columns: Object.fromEntries(columns) };
}
