import type { Column, DataDescription, Files, RandomAccessData, SourceInstance } from '../../core/contract/index.js';
import { allocate, type NpyArray } from '../../core/files/index.js';
import { fail } from '../../core/problem/index.js';
import { describeItems, requireColumn } from './array-groups.js';
import { type ArrayHeader, type GivenArray, type LabelledArray, readArray } from './array-values.js';
import { requireFinite } from './finite.js';
import { tableOf } from './memory-table.js';

export interface GivenPairs {
  readonly left: GivenArray;
  readonly right: GivenArray;
  readonly target: GivenArray | null;
  readonly weight: GivenArray | null;
}
interface Sides {
  readonly size: number;
  readonly left: ArrayHeader & { readonly column: Column };
  readonly right: ArrayHeader & { readonly column: Column };
  /** Both sides are of one shape: one table. */
  readonly joint: boolean;
}

/** Given pairs: row i of the left array and row i of the right one. */
export function pairedArrays(given: GivenPairs): SourceInstance {
  return { describe: (files) => describePairs(files, given), open: (files) => openPairs(files, given) };
}

async function describeSides(files: Files, given: GivenPairs): Promise<Sides> {
  const [left, right] = [await describeItems(files, given.left), await describeItems(files, given.right)];
  if (left.size !== right.size) fail('DATA_SIZE', `${left.label} has ${left.size} rows, ${right.label} ${right.size}`);
  const say = ({ column: { kind, shape } }: Sides['left']): string => `${kind} ${shape?.join()}`;
  return { size: left.size, left, right, joint: say(left) === say(right) };
}

async function describePairs(files: Files, given: GivenPairs): Promise<DataDescription> {
  const { size, left, right, joint } = await describeSides(files, given);
  const target = await readValues(files, given.target, size); // small beside the items
  await readWeight(files, given.weight, size);
  const binary = target?.every((value) => value === 0 || value === 1);
  const side = ({ column }: { readonly column: Column }, rows: number) => ({ size: rows, columns: { items: column } });
  return {
    sides: joint ? { items: side(left, 2 * size) } : { left: side(left, size), right: side(right, size) },
    relation: 'pairs',
    access: 'random',
    relations: size,
    targets: target === null ? 'positives-only' : binary ? 'binary' : 'real',
  };
}

async function openPairs(files: Files, given: GivenPairs): Promise<RandomAccessData> {
  const { size, joint } = await describeSides(files, given);
  const [left, right] = [await readSide(files, given.left), await readSide(files, given.right)];
  const rows = Int32Array.from({ length: size }, (_, row) => row);
  return {
    access: 'random',
    tables: joint
      ? { items: jointTable(left, right, size) }
      : { left: sideTable('left', left, size), right: sideTable('right', right, size) },
    groups: null,
    groupNames: null,
    pairs: {
      left: rows,
      right: joint ? rows.map((row) => size + row) : rows,
      target: (await readValues(files, given.target, size)) ?? new Float32Array(size).fill(1),
      weight: await readWeight(files, given.weight, size),
    },
    triplets: null,
    given: null,
    close: async () => {},
  };
}

async function readSide(files: Files, given: GivenArray): Promise<LabelledArray> {
  const array = await readArray(files, given);
  if (array.dtype !== 'string') requireFinite({ label: array.label, data: array.data, shape: array.shape.slice(1) });
  return array;
}

const sideTable = (name: string, { data, label }: LabelledArray, size: number) =>
  tableOf({ items: data }, size, { keys: (row) => `${name}/${row}`, where: () => ({ file: label }) });

function jointTable(left: LabelledArray, right: LabelledArray, size: number) {
  return tableOf({ items: join(left, right) }, 2 * size, {
    keys: (row) => (row < size ? `left/${row}` : `right/${row - size}`),
    where: (row) => ({ file: row < size ? left.label : right.label }),
  });
}

/** One after the other; float32 where their types differ. */
function join(left: LabelledArray, right: LabelledArray): NpyArray['data'] {
  if (left.dtype === 'string' || right.dtype === 'string') {
    return [...left.data, ...right.data] as string[]; // both are: their columns are alike
  }
  const type = left.dtype === right.dtype ? left.dtype : 'float32';
  const values = allocate(type, left.data.length + right.data.length, left.label);
  values.set(left.data);
  values.set(right.data, left.data.length);
  return values;
}

/** One finite number per pair. */
async function readValues(files: Files, given: GivenArray | null, size: number): Promise<Float32Array | null> {
  if (given === null) return null;
  const array = await readArray(files, given);
  requireColumn(array, size, 'pairs');
  if (array.dtype === 'string') return fail('DATA_FORMAT', `${array.label} holds texts; numbers are expected`);
  requireFinite({ label: array.label, data: array.data, shape: [] });
  return Float32Array.from(array.data);
}

async function readWeight(files: Files, given: GivenArray | null, size: number): Promise<Float32Array | null> {
  const weight = await readValues(files, given, size);
  const negative = weight?.findIndex((value) => value < 0) ?? -1;
  if (negative >= 0)
    fail('DATA_VALUE', `data.source.weight: row ${negative} holds ${weight![negative]}; weights are 0 or more`);
  return weight;
}
