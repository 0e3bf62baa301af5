import type { Cols } from '../../../../core/contract/index.js';
import type { DuckChunk } from '../../../../core/files/index.js';
import { fail } from '../../../../core/problem/index.js';
import { colsOf, createStores, type Store } from '../column.js';
import type { ParquetColumn } from './columns.js';
import type { Parquet } from './open.js';
import { mostText, storeChunk, type Target } from './store.js';

/** Where a row stands: in a file, or, where rows are filtered or sorted, in the table. */
export function placeOfRow(
  { files, label, plain }: Parquet,
  row: number,
): { readonly file: string; readonly row: number } {
  if (!plain) return { file: label, row };
  let rest = row;
  for (const file of files) {
    if (rest < file.rows) return { file: file.label, row: rest };
    rest -= file.rows;
  }
  return { file: label, row };
}

/** `data/a.parquet, row 17`, counted from 0. */
export function shownRow(parquet: Parquet, row: number): string {
  const place = placeOfRow(parquet, row);
  return `${place.file}, row ${place.row}`;
}

/**
 * Reads rows in their order and goes on where it stands: rows that are asked for in ascending blocks are read once, and
 * nothing of them is held. Going back begins a new query.
 */
export class ParquetCursor {
  readonly #parquet: Parquet;
  readonly #columns: readonly ParquetColumn[];
  #chunks: AsyncGenerator<DuckChunk> | null = null;
  #chunk: DuckChunk | null = null;
  /** Row at which the chunk begins, and the next one. */
  #first = 0;
  #next = 0;
  readonly #texts: Target['texts'];

  constructor(parquet: Parquet, wanted: (name: string) => boolean = () => true) {
    this.#parquet = parquet;
    this.#texts = { count: 0, most: mostText(parquet.bytes) };
    this.#columns = parquet.columns.filter(({ name }) => wanted(name));
  }

  /** Values of rows that ascend. */
  async read(rows: Int32Array): Promise<Cols> {
    this.#texts.count = 0; // of what is held at once
    const stores = createStores(this.#columns, () => true, rows.length);
    for (let at = 0; at < rows.length; ) {
      await this.#seek(rows[at]!);
      let to = at + 1;
      while (to < rows.length && rows[to] === rows[to - 1]! + 1 && rows[to]! < this.#next) to++;
      this.#copy(rows[at]!, to - at, { stores, at });
      at = to;
    }
    return colsOf(this.#columns, stores, rows.length);
  }

  #copy(row: number, count: number, to: { readonly stores: readonly Store[]; readonly at: number }): void {
    const from = row - this.#first;
    storeChunk(this.#chunk!, {
      ...to,
      columns: this.#columns,
      from,
      to: from + count,
      where: (inChunk) => shownRow(this.#parquet, this.#first + inChunk),
      texts: this.#texts,
    });
  }

  /** Makes the chunk that holds a row the current one. */
  async #seek(row: number): Promise<void> {
    if (this.#chunks === null || row < this.#first) {
      await this.close();
      this.#chunks = this.#parquet.duck.stream(this.#parquet.select(this.#columns, row));
      this.#chunk = null;
      this.#next = row;
    }
    while (this.#chunk === null || row >= this.#next) {
      const { value, done } = await this.#chunks.next();
      if (done)
        fail('DATA_FORMAT', `${this.#parquet.label} is damaged: it ends before row ${row}, which it says it has`);
      this.#chunk = value;
      this.#first = this.#next;
      this.#next += value.rowCount;
    }
  }

  async close(): Promise<void> {
    await this.#chunks?.return(undefined);
    this.#chunks = null;
  }
}
