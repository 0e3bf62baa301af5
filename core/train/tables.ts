import type { Input, Shape } from '../contract/index.js';
import type { Scaling } from '../data/fields.js';
import type { Side, StoredFile, StoredInput } from '../data/item-set.js';
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

/** Values of the training items that may lie inside a program; beyond this they are fed batch by batch. */
const MOST_BYTES = 2 ** 29;

/** The inputs of the training items that lie inside the program, so that a call names their rows. Bytes stay bytes. */
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
        file: file && { path: file.path, copied: file.held },
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
    const bytes = wanted.reduce((sum, table) => sum + (fileOf(table) ? 0 : heldBytes(table)), 0);
    this.#isFull = bytes > MOST_BYTES;
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
    program.fill(this.#tables.map((table) => (fileOf(table) ? null : valuesOf(table))));
  }
}

type Place = Pick<ItemTable, 'side' | 'input'>;
const isOf = (table: Place, { side, input }: Place): boolean => table.side === side && table.input.name === input.name;

const fileOf = ({ stored }: ItemTable): StoredFile | null =>
  stored && typeof stored.from === 'object' ? stored.from : null;

/** [side.size, ...shape] */
function valuesOf({ side, input, stored }: ItemTable): NativeValues {
  const rows = Int32Array.from({ length: side.size }, (_, row) => row);
  return stored && typeof stored.from === 'function' ? stored.from(rows) : side.gather(rows)[input.name]!;
}

const heldBytes = ({ side, input, stored }: ItemTable): number =>
  (stored?.bytes ? 1 : 4) * side.size * input.shape.reduce((product, size) => product * size, 1);

/** One meaning for all places, one for each channel, or one for each place. */
function meaningOf({ centers, factors }: Scaling, shape: Shape): ByteMeaning {
  const places = centers.length;
  return { centers, factors, shape: places === 1 ? [] : places === shape.at(-1) ? [places] : shape };
}
