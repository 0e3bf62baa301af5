import { type Code, fail } from '../problem/index.js';
import { shown } from './errno.js';
import { findDuplicateKey } from './json-keys.js';

/** The element types that are read and written, and their sizes in bytes. */
export const tensorTypes = { F64: 8, I64: 8, F32: 4, I32: 4, U8: 1, BOOL: 1 } as const;
export type TensorType = keyof typeof tensorTypes;

export interface TensorEntry {
  readonly name: string;
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  /** Byte range within the data, behind the header. */
  readonly begin: number;
  readonly end: number;
}
export interface TensorFile {
  readonly path: string;
  readonly size: number;
  /** What a damaged file is reported as. */
  readonly code: Code;
}

/** The format's own bound. */
export const longestHeader = 100_000_000;

export const failTensors = ({ path, code }: TensorFile, what: string): never => fail(code, `${shown(path)} ${what}`);

/** Length of the header out of the file's first 8 bytes, checked against the file. */
export function headerLength(file: TensorFile, start: Uint8Array): number {
  if (start.length < 8)
    failTensors(file, `is not a safetensors file: it has ${file.size} bytes, its header length alone takes 8`);
  const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
  if (length > longestHeader || 8 + length > file.size) {
    failTensors(
      file,
      `is not a safetensors file, or is cut short: it says its header has ${length} bytes, the file has ${file.size}`,
    );
  }
  return length;
}

/**
 * Reads a header and proves that its tensors fill the data exactly: known types, sizes that are their shapes', no
 * overlap, no gap, nothing behind, no name twice.
 */
export function parseHeader(
  file: TensorFile,
  bytes: Uint8Array,
): { readonly entries: readonly TensorEntry[]; readonly metadata: Readonly<Record<string, string>> } {
  const { __metadata__: notes, ...tensors } = parseJson(file, bytes);
  const metadata = parseMetadata(file, notes);
  const entries = Object.entries(tensors).map(([name, value]) => parseEntry(file, name, value));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) {
      const how = begin < at ? 'overlaps the tensor before it' : 'leaves a gap before it';
      failTensors(file, `is damaged: ${JSON.stringify(name)} ${how} (it begins at byte ${begin}, expected ${at})`);
    }
    at = end;
  }
  const data = file.size - 8 - bytes.length;
  if (at !== data) {
    failTensors(file, `${at > data ? 'is cut short' : 'is damaged'}: its tensors take ${at} bytes, it holds ${data}`);
  }
  return { entries, metadata };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(file: TensorFile, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const header = ((): unknown => {
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      const value: unknown = JSON.parse(text);
      const twice = findDuplicateKey(text);
      return twice === null ? value : failTensors(file, `is damaged: its header holds ${JSON.stringify(twice)} twice`);
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) return null;
      throw error;
    }
  })();
  return isObject(header) ? header : failTensors(file, 'is damaged: its header is not a JSON object');
}

function parseMetadata(file: TensorFile, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const good = isObject(value) && Object.values(value).every((note) => typeof note === 'string');
  return good
    ? (value as Readonly<Record<string, string>>)
    : failTensors(file, 'is damaged: its metadata is not a map of strings');
}

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isSizes = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isSize);

function parseEntry(file: TensorFile, name: string, value: unknown): TensorEntry {
  const quoted = JSON.stringify(name);
  if (!isObject(value) || Object.keys(value).sort().join() !== 'data_offsets,dtype,shape') {
    return failTensors(file, `is damaged: ${quoted} is not described by dtype, shape and data_offsets`);
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(tensorTypes, dtype)) {
    const kind = typeof dtype === 'string' ? dtype.slice(0, 40) : 'no type at all'; // an array may be of any depth
    return failTensors(file, `holds ${quoted} as ${kind}: ${Object.keys(tensorTypes).join(', ')} are read`);
  }
  if (!isSizes(shape)) return failTensors(file, `is damaged: the shape of ${quoted} is not made of whole numbers`);
  if (!isSizes(offsets) || offsets.length !== 2) return failTensors(file, `is damaged: ${quoted} has no byte range`);
  const [begin, end] = offsets as readonly [number, number];
  const bytes = shape.reduce((product, size) => product * size, tensorTypes[dtype as TensorType]);
  if (!Number.isSafeInteger(bytes) || end - begin !== bytes) {
    failTensors(
      file,
      `is damaged: ${quoted} is ${dtype} [${shape.join(', ')}], ${bytes} bytes, but has ${end - begin}`,
    );
  }
  return { name, dtype: dtype as TensorType, shape, begin, end };
}
