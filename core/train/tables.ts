import type { Input, Shape } from '../contract/index.js';
import type { Scaling } from '../data/fields.js';
import { isHeld } from '../data/held.js';
import type { InputValues, Side, StoredFile, StoredInput } from '../data/item-set.js';
import { allRows } from '../data/related.js';
import { types } from '../engine/graph-proto.js';
import type { NativeValues } from '../engine/native-backend.js';
import type { Program } from '../engine/step.js';
import type { ByteMeaning, TableHolder } from '../engine/step-spec.js';
import type { StepValue } from './batch-values.js';

interface ItemTable {
  readonly side: Side;
  readonly input: Input;
  /** null: as the side gathers it. */
  readonly stored: StoredInput | null;
}

/**
 * The inputs of the training items that lie inside the program, so that a call names their rows: those that it holds, or maps.
 * Bytes stay bytes.
 */
export class Tables {
  readonly #tables: ItemTable[] = [];
  readonly #resident: boolean;
  #isFull = false;
  constructor(resident: boolean) {
    this.#resident = resident;
  }

  get holders(): TableHolder[] {
    return this.#tables.map((table) => {
      const { side, input, stored } = table;
      const file = fileOf(table);
      return {
        shape: [file?.rows ?? side.size, ...input.shape],
        type: stored?.bytes ? types.uint8 : input.dtype === 'int32' ? types.int32 : types.float,
        file: file?.path ?? null,
        meaning: stored?.bytes ? meaningOf(stored.bytes, input.shape) : null,
      };
    });
  }

  /** The rows of a value as its table numbers them. */
  rowsIn(rows: NonNullable<StepValue['rows']>): Int32Array {
    const stored = this.#tables[this.#find(rows)]?.stored;
    return stored ? stored.rowsOf(rows.of) : rows.of;
  }

  /** Takes in the tables of these values, all or none. */
  add(values: readonly StepValue[]): void {
    if (!this.#resident || this.#isFull || this.#tables.length > 0) return;
    const rows = values.flatMap(({ rows: of }) => (of ? [of] : []));
    const wanted = rows
      .filter((one, i) => rows.findIndex((other) => isOf(other, one)) === i)
      .map(({ side, input }) => ({ side, input, stored: side.stored?.(input) ?? null }));
    this.#isFull = [...new Set(wanted.map(({ side }) => side))].some((side) => {
      const held = wanted.filter((table) => table.side === side && !fileOf(table));
      return !isHeld(held.reduce((sum, table) => sum + bytesOf(table), 0));
    });
    if (!this.#isFull) this.#tables.push(...wanted);
  }

  has(value: StepValue): boolean {
    return this.indexOf(value) !== null;
  }

  /** Number of the table where its rows lie; null: none. */
  indexOf({ rows }: StepValue): number | null {
    const table = rows ? this.#find(rows) : -1;
    return table < 0 ? null : table;
  }

  #find(rows: Pick<ItemTable, 'side' | 'input'>): number {
    return this.#tables.findIndex((table) => isOf(table, rows));
  }

  fill(program: Program): void {
    const gathered = new Map<Side, InputValues>();
    const gather = (side: Side): InputValues => {
      if (!gathered.has(side)) gathered.set(side, side.gather(allRows(side.size)));
      return gathered.get(side)!;
    };
    program.fill(this.#tables.map((table) => valuesOf(table, gather)));
  }
}

type Place = Pick<ItemTable, 'side' | 'input'>;
const isOf = (table: Place, { side, input }: Place): boolean => table.side === side && table.input.name === input.name;

const fileOf = ({ stored }: ItemTable): StoredFile | null =>
  stored && typeof stored.from === 'object' ? stored.from : null;

/** [rows, ...shape]; null: they stay in their file. */
function valuesOf(table: ItemTable, gather: (side: Side) => InputValues): NativeValues | null {
  if (fileOf(table)) return null;
  const { side, input, stored } = table;
  return stored && typeof stored.from === 'function' ? stored.from(allRows(side.size)) : gather(side)[input.name]!;
}

const bytesOf = ({ side, input, stored }: ItemTable): number =>
  (stored?.bytes ? 1 : 4) * side.size * input.shape.reduce((product, size) => product * size, 1);

/** One meaning for all places, one for each channel, or one for each place. */
function meaningOf({ centers, factors }: Scaling, shape: Shape): ByteMeaning {
  const places = centers.length;
  return { centers, factors, shape: places === 1 ? [] : places === shape.at(-1) ? [places] : shape };
}
