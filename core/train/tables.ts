import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Input } from '../contract/index.js';
import type { Side } from '../data/item-set.js';
import { types } from '../engine/graph-proto.js';
import type { Program } from '../engine/step.js';
import type { TableHolder } from '../engine/step-spec.js';
import type { StepValue } from './batch-values.js';

interface ItemTable {
  readonly side: Side;
  readonly input: Input;
}

/** Values of the training items that may lie inside a program; beyond this they are fed batch by batch. */
const MOST_BYTES = 2 ** 29;

/** The inputs of the training items that lie inside the program, so that a call names their rows. */
export class Tables {
  readonly #tables: ItemTable[] = [];
  readonly #resident: boolean;
  #isFull = false;
  constructor(resident: boolean) {
    this.#resident = resident;
  }

  get holders(): TableHolder[] {
    return this.#tables.map(({ side, input }) => {
      const mapped = side.mapped?.file(input) ?? null;
      return {
        shape: [mapped?.rows ?? side.size, ...input.shape],
        type: input.dtype === 'int32' ? types.int32 : types.float,
        file: mapped?.path ?? null,
      };
    });
  }

  /** The rows of a value as its table numbers them. */
  rowsIn({ side, input, of }: NonNullable<StepValue['rows']>): Int32Array {
    return side.mapped?.file(input) ? side.mapped.rowsOf(of) : of;
  }

  /** Takes in the tables of these values, all or none. */
  add(values: readonly StepValue[]): void {
    if (!this.#resident || this.#isFull || this.#tables.length > 0) return;
    const rows = values.flatMap(({ rows: of }) => (of ? [of] : []));
    const wanted = rows.filter(
      (one, i) => rows.findIndex(({ side, input }) => side === one.side && input.name === one.input.name) === i,
    );
    const held = wanted.filter(({ side, input }) => !side.mapped?.file(input));
    const bytes = held.reduce((sum, { side, input }) => sum + 4 * side.size * sizeOf(input), 0);
    this.#isFull = bytes > MOST_BYTES || held.some(({ side }) => side.mapped !== undefined);
    if (!this.#isFull) this.#tables.push(...wanted);
  }

  has(value: StepValue): boolean {
    return this.indexOf(value) !== null;
  }

  /** Number of the table where its rows lie; null: none. */
  indexOf({ rows }: StepValue): number | null {
    if (!rows) return null;
    const table = this.#tables.findIndex(({ side, input }) => side === rows.side && input.name === rows.input.name);
    return table < 0 ? null : table;
  }

  fill(program: Program): void {
    const tensors = this.#tables.map(({ side, input }): Tensor | null => {
      if (side.mapped?.file(input)) return null;
      const rows = Int32Array.from({ length: side.size }, (_, row) => row);
      return tfc.tensor(side.gather(rows)[input.name]!, [side.size, ...input.shape], input.dtype); // [size, ...shape]
    });
    program.fill(tensors);
    tfc.dispose(tensors.filter((tensor) => tensor !== null));
  }
}

const sizeOf = ({ shape }: Input): number => shape.reduce((product, size) => product * size, 1);
