import type { Cells, Files, Table } from '../../core/contract/index.js';
import {
  allocate,
  type ByteSource,
  type NpyHeader,
  type Numbers,
  type OpenFile,
  readNpyHeader,
  readNumbers,
  shown,
  splitMember,
  storedNpz,
} from '../../core/files/index.js';
import { fail } from '../../core/problem/index.js';
import { filesOf } from './rows/table.js';

/** A file of an array that is one with others. */
interface Shard {
  /** null: its values cannot be read by position (packed, or columns first). */
  readonly source: ByteSource | null;
  readonly header: NpyHeader;
  readonly label: string;
  /** Number of its first row among those of all. */
  readonly first: number;
}
export interface Shards {
  readonly shards: readonly Shard[];
  readonly size: number;
  close(): Promise<void>;
}

/** Opens the files of a path; a pattern's are one array, in the order of their paths. Errors: SHAPE naming two that differ. */
export async function openShards(files: Files, path: string): Promise<Shards> {
  const { file, member } = splitMember(path);
  const views: OpenFile[] = [];
  const close = async (): Promise<void> => {
    for (const view of views) await view.close();
  };
  try {
    const shards: Shard[] = [];
    let size = 0;
    for (const found of await filesOf(files, file)) {
      const view = await files.open(found);
      views.push(view);
      const label = `${shown(view.path)}${member === null ? '' : `#${member}`}`;
      const opened = await openShard(view, /\.npz$/i.test(found) ? { member } : null);
      shards.push({ ...opened, label, first: size });
      requireAlike(shards[0]!, shards.at(-1)!);
      size += opened.header.shape[0] ?? 0;
    }
    return { shards, size, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openShard(
  view: OpenFile,
  archive: { readonly member: string | null } | null,
): Promise<Pick<Shard, 'source' | 'header'>> {
  if (archive === null) return readable(view, await readNpyHeader(view));
  const { source, header } = await storedNpz(view, archive);
  return source === null ? { source, header } : readable(source, header);
}

const readable = (source: ByteSource, header: NpyHeader): Pick<Shard, 'source' | 'header'> => ({
  source: header.dtype === 'string' || (header.fortran && header.shape.length > 1) ? null : source,
  header,
});

function requireAlike(first: Shard, next: Shard): void {
  const say = ({ header: { dtype, shape } }: Shard): string => `${dtype} of shape [${shape.slice(1).join(', ')}]`;
  if (say(first) === say(next)) return;
  fail(
    'SHAPE',
    `${first.label} holds ${say(first)} in each row, ${next.label} ${say(next)}: files of one array must agree`,
  );
}

/** Whether every value can be read where it stands. */
export const byPosition = ({ shards }: Shards): boolean => shards.every(({ source }) => source !== null);

/** The rows as a table that reads them where they stand. Closing it is the caller's. */
export function tableOfShards({ shards, size }: Shards, column: string): Table {
  const { dtype, shape } = shards[0]!.header;
  const width = shape.slice(1).reduce((product, length) => product * length, 1);
  const shardOf = (row: number): Shard => shards.findLast(({ first }) => first <= row)!;
  return {
    size,
    onDisk: true,
    keys: (rows) => Array.from(rows, (row) => `${column}/${row}`),
    where: (row) => ({ file: shardOf(row).label, row: row - shardOf(row).first }),
    async read(rows) {
      if (dtype === 'string') throw new Error('texts are not read by position');
      const values = allocate(dtype, rows.length * width, shards[0]!.label);
      for (let from = 0; from < rows.length; ) {
        const shard = shardOf(rows[from]!);
        const end = shard.first + shard.header.shape[0]!;
        let to = from + 1;
        while (to < rows.length && rows[to] === rows[to - 1]! + 1 && rows[to]! < end) to++;
        await readRows(shard, rows[from]! - shard.first, values.subarray(from * width, to * width));
        from = to;
      }
      return { [column]: values as Cells };
    },
  };
}

/** Errors: DATA_VALUE, DATA_FORMAT. */
async function readRows({ source, header, label }: Shard, row: number, into: Numbers): Promise<void> {
  const { cell, bigEndian, offset, shape } = header;
  if (cell.kind === 'S' || cell.kind === 'U') throw new Error('texts are not read by position');
  const width = shape.slice(1).reduce((product, length) => product * length, 1);
  const layout = { kind: cell.kind, bigEndian, offset: offset + row * width * cell.bytes };
  const misfit = await readNumbers(source!, layout, into);
  if (misfit === null) return;
  fail(
    'DATA_VALUE',
    `${label}: ${misfit.value} in row ${row + Math.floor(misfit.index / width)} does not fit a 32-bit integer`,
  );
}
