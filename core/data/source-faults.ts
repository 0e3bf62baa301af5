import type { Overlaps, PairTable, RandomAccessData, StreamData, Table } from '../contract/index.js';

/** What is wrong with the data that a source opened, in words that follow `the source`; null: it can be used. */
export function openedFault(data: RandomAccessData | StreamData | undefined): string | null {
  const { access, close } = (data ?? {}) as Partial<RandomAccessData | StreamData>;
  if (typeof close !== 'function') return `opened ${data ? 'data without a function close' : 'nothing'}`;
  if (access === 'stream') {
    return typeof (data as StreamData).chunks === 'function' ? null : 'opened a stream without a function chunks';
  }
  if (access !== 'random') return `opened data of the access ${String(access)}: it must be random or stream`;
  return randomFault(data as RandomAccessData);
}

function randomFault(data: RandomAccessData): string | null {
  const { tables } = data as { readonly tables?: RandomAccessData['tables'] };
  if (!tables || !('items' in tables || ('left' in tables && 'right' in tables)))
    return 'opened data without tables: they must be { items }, or { left, right }';
  const [left, right] = 'items' in tables ? [tables.items, tables.items] : [tables.left, tables.right];
  return (
    tableFault(left) ??
    tableFault(right) ??
    groupsFault(data, left.size) ??
    pairsFault(data.pairs, { left: left.size, right: right.size }) ??
    rowsFault('triplets', ['anchor', 'positive', 'negative'], { of: data.triplets, sizes: [left.size] }) ??
    givenFault(data, left.size) ??
    pairColumnsFault(data) ??
    overlapsFault(data.overlaps, left.size)
  );
}

function tableFault(table: Table | undefined): string | null {
  if (!table) return 'opened an empty table';
  const missing = (['keys', 'read', 'where'] as const).find((name) => typeof table[name] !== 'function');
  if (missing) return `opened a table without a function ${missing}`;
  const isSize = Number.isInteger(table.size) && table.size >= 0;
  return isSize ? null : `opened a table of the size ${String(table.size)}: it must be the number of its rows`;
}

/** Items without a group, and groups without items, would be trained with wrong labels. */
function groupsFault({ groups, groupNames }: RandomAccessData, size: number): string | null {
  if (groups === null || groups === undefined) return null;
  if (!(groups instanceof Int32Array)) return 'gave groups that are no Int32Array';
  if (groups.length !== size) return `gave the groups of ${groups.length} items, but it has ${size}`;
  const wrong = groups.findIndex((code) => code < -1);
  if (wrong >= 0) return `gave item ${wrong} the group ${groups[wrong]}: a group is a code from 0 up, -1 for none`;
  const most = groups.reduce((largest, code) => Math.max(largest, code), -1);
  if (!groupNames || (Array.isArray(groupNames) && groupNames.length > most)) return null;
  return `gave ${groupNames.length} names of groups, but item ${groups.indexOf(most)} is of the group ${most}`;
}

function pairsFault(
  pairs: PairTable | null | undefined,
  size: { readonly left: number; readonly right: number },
): string | null {
  if (pairs === null || pairs === undefined) return null;
  const rows = rowsFault('pairs', ['left', 'right'], { of: pairs, sizes: [size.left, size.right] });
  if (rows) return rows;
  for (const name of ['target', 'weight'] as const) {
    const values: unknown = pairs[name];
    if (name === 'weight' && (values === null || values === undefined)) continue;
    if (!(values instanceof Float32Array)) return `gave pairs whose ${name} is no Float32Array`;
    if (values.length !== pairs.left.length) return `gave ${pairs.left.length} pairs and ${values.length} of ${name}`;
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) return `gave pair ${wrong} the ${name} ${values[wrong]}: it must be a finite number`;
  }
  return null;
}

/** `sizes`: rows of the table that each side names; of the last, where there are more sides. */
function rowsFault(
  what: string,
  sides: readonly string[],
  { of, sizes }: { readonly of: object | null | undefined; readonly sizes: readonly number[] },
): string | null {
  if (of === null || of === undefined) return null;
  const lists = sides.map((name) => (of as Readonly<Record<string, unknown>>)[name]);
  for (const [i, rows] of lists.entries()) {
    const [name, size, first] = [sides[i]!, sizes[Math.min(i, sizes.length - 1)]!, lists[0] as Int32Array];
    if (!(rows instanceof Int32Array)) return `gave ${what} whose ${name} is no Int32Array`;
    if (rows.length !== first.length)
      return `gave ${first.length} ${what} of ${sides[0]} and ${rows.length} of ${name}`;
    const wrong = rows.find((row) => !(row >= 0 && row < size));
    if (wrong !== undefined) return `gave ${what} with the row ${wrong} of ${name}: its table has ${size} rows`;
  }
  return null;
}

function givenFault({ given, pairs, triplets }: RandomAccessData, items: number): string | null {
  if (given === null || given === undefined) return null;
  if (!(given instanceof Uint8Array)) return 'gave parts that are no Uint8Array';
  const relations = pairs?.left.length ?? triplets?.anchor.length ?? items;
  if (given.length !== items && given.length !== relations) {
    return `gave the parts of ${given.length} rows, but it has ${relations === items ? items : `${items} items and ${relations} pairs or triplets`}`;
  }
  const wrong = given.findIndex((part) => part > 2);
  return wrong < 0 ? null : `gave row ${wrong} the part ${given[wrong]}: 0 is train, 1 validation, 2 test`;
}

function pairColumnsFault({ pairColumns, pairs, triplets }: RandomAccessData): string | null {
  const relations = pairs?.left.length ?? triplets?.anchor.length ?? 0;
  for (const [name, cells] of Object.entries((pairColumns ?? {}) as Readonly<Record<string, unknown>>)) {
    if (!(Array.isArray(cells) || ArrayBuffer.isView(cells)))
      return `gave no list of values as the pair column "${name}"`;
    const { length } = cells as unknown as ArrayLike<unknown>;
    const fits =
      Array.isArray(cells) || relations === 0 ? length === relations : length > 0 && length % relations === 0;
    if (!fits) return `gave ${length} values of the pair column "${name}" for ${relations} pairs or triplets`;
  }
  return null;
}

/** What shares rows is looked for among the next items of a sequence: in another order leaks would stay unseen. */
function overlapsFault(overlaps: Overlaps | undefined, items: number): string | null {
  if (overlaps === undefined) return null;
  const { sequence, start, length } = overlaps ?? {};
  if (!(sequence instanceof Int32Array && start instanceof Int32Array))
    return 'gave overlaps whose sequence or start is no Int32Array';
  if (sequence.length !== items || start.length !== items)
    return `gave the overlaps of ${sequence.length} sequences and ${start.length} starts, but it has ${items} items`;
  if (!(Number.isInteger(length) && length >= 1))
    return `gave overlaps of the length ${String(length)}: it must be the number of steps in an item`;
  const ended = new Set<number>();
  for (let item = 1; item < items; item++) {
    const [before, now] = [sequence[item - 1]!, sequence[item]!];
    if (now === before && start[item]! < start[item - 1]!)
      return `gave overlaps of which item ${item} starts before the one before it`;
    if (now === before) continue;
    ended.add(before);
    if (ended.has(now))
      return `gave overlaps that come back to sequence ${now} at item ${item}: items of a sequence stand together`;
  }
  return null;
}
