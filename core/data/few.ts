import type { Cells, Chunk, PairTable, RandomAccessData, StreamData, Table, TripletTable } from '../contract/index.js';

/** How many: items or pairs of each part, and groups, that are kept at least, where there are as many. */
export interface Few {
  readonly rows: number;
  readonly groups: number;
}

/**
 * A small share of the data that can still be split, drawn from and evaluated: of each part that the source brings whole
 * groups, up to a number of items each, or the first pairs or triplets with their items. What is left out is never read.
 */
export function fewItems(data: RandomAccessData | StreamData, few: Few): RandomAccessData | StreamData {
  const { rows } = few;
  if (data.access === 'stream') return { ...data, chunks: (...from) => firstChunks(data.chunks(...from), rows) };
  if (data.pairs || data.triplets) return fewRelations(data, rows);
  return 'items' in data.tables ? withItems(data, someOfEachGroup(data, few)) : data;
}

async function* firstChunks(chunks: AsyncIterable<Chunk>, rows: number): AsyncGenerator<Chunk> {
  let seen = 0;
  for await (const chunk of chunks) {
    yield chunk;
    seen += chunk.keys.length;
    if (seen >= rows) return;
  }
}

function someOfEachGroup({ groups, given, tables }: RandomAccessData, few: Few): Int32Array {
  const { rows } = few;
  const { size } = (tables as { readonly items: Table }).items;
  const most = Math.max(few.groups, Math.ceil(rows / few.groups));
  const parts = new Map<number, { readonly sizes: Map<number, number>; kept: number }>();
  const kept: number[] = [];
  for (let row = 0; row < size; row++) {
    const code = given?.[row] ?? 0;
    const part = parts.get(code) ?? { sizes: new Map<number, number>(), kept: 0 };
    parts.set(code, part);
    const group = groups?.[row] ?? -1;
    const before = part.sizes.get(group) ?? 0;
    const full = before === 0 && part.kept >= rows && part.sizes.size >= few.groups;
    if (full || before >= most) continue;
    part.sizes.set(group, before + 1);
    part.kept++;
    kept.push(row);
  }
  return Int32Array.from(kept);
}

function fewRelations(data: RandomAccessData, rows: number): RandomAccessData {
  const counts = new Map<number, number>();
  const { length } = data.pairs?.left ?? data.triplets!.anchor;
  const kept = Int32Array.from({ length }, (_, row) => row).filter((row) => {
    const code = data.given?.[row] ?? 0;
    counts.set(code, (counts.get(code) ?? 0) + 1);
    return counts.get(code)! <= rows;
  });
  return {
    ...data,
    pairs: data.pairs && somePairs(data.pairs, kept),
    triplets: data.triplets && someTriplets(data.triplets, kept),
    ...(data.pairWhere ? { pairWhere: (row) => data.pairWhere!(kept[row]!) } : {}),
    given: data.given && data.given.length === length ? Uint8Array.from(kept, (row) => data.given![row]!) : data.given,
    ...(data.pairColumns
      ? { pairColumns: mapValues(data.pairColumns, (cells) => someCells(cells, { kept, length })) }
      : {}),
  };
}

const somePairs = ({ left, right, target, weight, ...rest }: PairTable, kept: Int32Array): PairTable => ({
  ...rest,
  left: kept.map((row) => left[row]!),
  right: kept.map((row) => right[row]!),
  target: Float32Array.from(kept, (row) => target[row]!),
  weight: weight && Float32Array.from(kept, (row) => weight[row]!),
});
const someTriplets = ({ anchor, positive, negative }: TripletTable, kept: Int32Array): TripletTable => ({
  anchor: kept.map((row) => anchor[row]!),
  positive: kept.map((row) => positive[row]!),
  negative: kept.map((row) => negative[row]!),
});

function someCells(cells: Cells, of: { readonly kept: Int32Array; readonly length: number }): Cells {
  const width = cells.length / of.length;
  const at = (i: number): number => of.kept[Math.floor(i / width)]! * width + (i % width);
  const length = of.kept.length * width;
  if (cells instanceof Float32Array) return Float32Array.from({ length }, (_, i) => cells[at(i)]!);
  if (cells instanceof Int32Array) return Int32Array.from({ length }, (_, i) => cells[at(i)]!);
  if (cells instanceof Uint8Array) return Uint8Array.from({ length }, (_, i) => cells[at(i)]!);
  return Array.from({ length }, (_, i) => cells[at(i)]!) as Cells;
}

const mapValues = <T>(map: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));

/** The data of some of its rows: groups are numbered anew, so that none is empty. */
function withItems(data: RandomAccessData, kept: Int32Array): RandomAccessData {
  const { items } = data.tables as { readonly items: Table };
  const inner = (rows: Int32Array): Int32Array => rows.map((row) => kept[row]!);
  const known = [...new Set(Array.from(kept, (row) => data.groups?.[row] ?? -1))].filter((group) => group >= 0);
  const renumbered = new Map([...known].sort((a, b) => a - b).map((group, i) => [group, i]));
  const pick = (values: Int32Array): Int32Array => kept.map((row) => values[row]!);
  const table: Table = {
    ...items,
    size: kept.length,
    keys: (rows) => items.keys(inner(rows)),
    read: (rows, only) => items.read(inner(rows), only),
    where: (row) => items.where(kept[row]!),
  };
  return {
    ...data,
    tables: { items: table },
    groups: data.groups && Int32Array.from(kept, (row) => renumbered.get(data.groups![row]!) ?? -1),
    groupNames: data.groupNames && [...renumbered.keys()].map((group) => data.groupNames![group]!),
    given: data.given && Uint8Array.from(kept, (row) => data.given![row]!),
    ...(data.overlaps
      ? { overlaps: { ...data.overlaps, sequence: pick(data.overlaps.sequence), start: pick(data.overlaps.start) } }
      : {}),
  };
}
