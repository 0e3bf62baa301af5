import type { Column, DataDescription, Files, FileView, RandomAccessData } from '../../core/contract/index.js';
import { allocate, type Numbers, shown, typeOf } from '../../core/files/index.js';
import { fail } from '../../core/problem/index.js';
import { requireFinite } from './finite.js';
import { nameGroups } from './group-names.js';
import { type IdxHeader, readIdxHeader, readIdxValues } from './idx-file.js';
import { itemColumn } from './item-column.js';
import { tableOf } from './memory-table.js';

/** Paths of one part. */
export interface Paths {
  readonly items: string;
  readonly groups: string;
}
/** The two open files of one part, and what their headers say. */
export interface PartFiles {
  readonly name: 'items' | 'test';
  readonly rows: number;
  readonly items: { readonly view: FileView; readonly header: IdxHeader };
  readonly groups: { readonly view: FileView; readonly header: IdxHeader };
}

/** Opens the files of all parts, checks them against each other, and closes them after `act`. */
export async function withParts<T>(
  files: Files,
  paths: readonly Paths[],
  act: (parts: readonly PartFiles[]) => Promise<T>,
): Promise<T> {
  const views: FileView[] = [];
  const openOne = async (path: string): Promise<PartFiles['items']> => {
    const view = await files.open(files.resolve(path));
    views.push(view);
    return { view, header: await readIdxHeader(view) };
  };
  try {
    const parts: PartFiles[] = [];
    for (const { items, groups } of paths) {
      const part = { items: await openOne(items), groups: await openOne(groups) };
      parts.push({ ...part, name: parts.length === 0 ? 'items' : 'test', rows: checkCounts(part) });
    }
    checkAlike(parts);
    return await act(parts);
  } finally {
    for (const view of views) await view.close();
  }
}

function checkCounts({ items, groups }: Pick<PartFiles, 'items' | 'groups'>): number {
  const [rows] = items.header.shape;
  if (groups.header.shape.length !== 1) {
    fail(
      'SHAPE',
      `${shown(groups.view.path)} has shape [${groups.header.shape.join(', ')}]; groups are one number per item`,
    );
  }
  if (groups.header.shape[0] !== rows) {
    fail(
      'DATA_SIZE',
      `${shown(items.view.path)} has ${rows} items, ${shown(groups.view.path)} ${groups.header.shape[0]} groups`,
    );
  }
  return rows;
}

const columnOf = ({ items: { view, header } }: PartFiles): Column => {
  const [, ...item] = header.shape;
  return itemColumn(shown(view.path), item.length === 2 ? [...item, 1] : item);
};

/** One table needs one shape and one type. */
function checkAlike([first, second]: readonly PartFiles[]): void {
  columnOf(first!);
  if (second === undefined) return;
  const say = ({ shape: [, ...item], kind }: IdxHeader): string => `[${item.join(', ')}] of ${kind}`;
  const [left, right] = [say(first!.items.header), say(second.items.header)];
  if (left === right) return;
  const [train, test] = [shown(first!.items.view.path), shown(second.items.view.path)];
  fail('SHAPE', `items of ${test} are ${right}, those of ${train} ${left}; both parts must be alike`);
}

/** From headers alone. */
export function describeParts(parts: readonly PartFiles[]): DataDescription {
  const size = parts.reduce((sum, { rows }) => sum + rows, 0);
  return {
    sides: { items: { size, columns: { items: columnOf(parts[0]!) } } },
    relation: 'groups',
    access: 'random',
    relations: null,
    ...(parts.length > 1 ? { parts: ['train', 'test'] as const } : {}),
  };
}

/** All parts in one table, the first part's rows first. */
export async function readParts(parts: readonly PartFiles[]): Promise<RandomAccessData> {
  const size = parts.reduce((sum, { rows }) => sum + rows, 0);
  const items = await readSide(parts, 'items');
  const labels = await readSide(parts, 'groups');
  const [train] = parts;
  const first = train!.rows;
  const place = (row: number): { part: PartFiles; row: number } =>
    row < first ? { part: train!, row } : { part: parts[1]!, row: row - first };
  return {
    access: 'random',
    tables: {
      items: tableOf({ items }, size, {
        keys: (row) => `${place(row).part.name}/${place(row).row}`,
        where: (row) => ({ file: shown(place(row).part.items.view.path) }),
      }),
    },
    ...nameGroups(shown(train!.groups.view.path), labels),
    pairs: null,
    triplets: null,
    given: parts.length === 1 ? null : Uint8Array.from({ length: size }, (_, row) => (row < first ? 0 : 2)),
    close: async () => {},
  };
}

/** The values of all parts, one after another, in one piece of memory. */
async function readSide(parts: readonly PartFiles[], side: 'items' | 'groups'): Promise<Numbers> {
  const sizes = parts.map((part) => part[side].header.shape.reduce((product, size) => product * size, 1));
  const { view, header } = parts[0]![side];
  const values = allocate(
    typeOf(header.kind),
    sizes.reduce((sum, size) => sum + size, 0),
    shown(view.path),
  );
  let at = 0;
  for (const [i, part] of parts.entries()) {
    const into = values.subarray(at, at + sizes[i]!);
    await readIdxValues(part[side].view, part[side].header, into);
    requireFinite({ label: shown(part[side].view.path), data: into, shape: part[side].header.shape.slice(1) });
    at += sizes[i]!;
  }
  return values;
}
