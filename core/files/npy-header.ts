import { fail } from '../problem/index.js';
import { type ByteSource, failSize } from './bytes.js';
import { shown } from './errno.js';
import { bytesOf, isNumberKind, type NumberKind, type NumberType, typeOf } from './numbers.js';
import { type Literal, parseLiteral } from './python-literal.js';

/** How one value stands in the file. */
export type NpyCell =
  | { readonly kind: NumberKind; readonly bytes: number }
  /** S: bytes of text, U: four bytes per character; both filled up with zeros. */
  | { readonly kind: 'S' | 'U'; readonly bytes: number };

/** What a .npy file says of itself. */
export interface NpyHeader {
  readonly shape: readonly number[];
  /** Product of the shape. */
  readonly count: number;
  /** Type in memory. */
  readonly dtype: NumberType | 'string';
  readonly cell: NpyCell;
  readonly bigEndian: boolean;
  /** Columns first: the first index varies fastest. */
  readonly fortran: boolean;
  /** Byte at which the values begin. */
  readonly offset: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const longestHeader = 65536;

const failFormat = (source: ByteSource, what: string): never => fail('DATA_FORMAT', `${shown(source.path)} ${what}`);

/**
 * Reads the header of a .npy file, version 1, 2 or 3, and checks it against the size of the file.
 * Errors: DATA_FORMAT (not .npy, damaged, cut short, pickled objects, types that are not read).
 * Source: NumPy Enhancement Proposal 1.
 */
export async function readNpyHeader(source: ByteSource): Promise<NpyHeader> {
  const start = await source.read(0, 12);
  if (start.length < 10 || magic.some((byte, i) => start[i] !== byte)) {
    failFormat(source, 'is not a .npy file: it does not begin as one');
  }
  const version = start[6]!;
  if (version < 1 || version > 3) failFormat(source, `is .npy of version ${version}: 1, 2 and 3 are read`);
  const prefix = version === 1 ? 10 : 12;
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  if (start.length < prefix) failFormat(source, 'is cut short in its header');
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader) failFormat(source, `says its header is ${length} bytes long, more than ${longestHeader}`);
  const bytes = await source.read(prefix, length);
  if (bytes.length < length) {
    failSize(source, { expected: prefix + length, found: prefix + bytes.length, what: 'its header alone' });
  }
  const header = interpret(source, new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes), prefix + length);
  const expected = header.offset + header.count * header.cell.bytes;
  if (expected !== source.size) {
    const what = `header and ${header.count} values of ${header.cell.bytes} B, shape [${header.shape.join(', ')}]`;
    failSize(source, { expected, found: source.size, what });
  }
  return header;
}

function interpret(source: ByteSource, text: string, offset: number): NpyHeader {
  const header = parseLiteral(text);
  if (!(header instanceof Map)) return failFormat(source, 'has a damaged header');
  const { shape, count } = interpretShape(source, header.get('shape'));
  const fortran = header.get('fortran_order');
  if (typeof fortran !== 'boolean') failFormat(source, 'has a damaged header: fortran_order is not True or False');
  const { cell, bigEndian } = interpretType(source, header.get('descr'));
  if (cell.bytes === 0 && count > 0) failFormat(source, `says it holds ${count} texts of no length`);
  const dtype = cell.kind === 'S' || cell.kind === 'U' ? 'string' : typeOf(cell.kind);
  return { shape, count, dtype, cell, bigEndian, fortran: fortran === true, offset };
}

function interpretShape(source: ByteSource, value: Literal | undefined): { shape: readonly number[]; count: number } {
  if (!Array.isArray(value)) return failFormat(source, 'has a damaged header: its shape is missing');
  const shape = value.map((size: Literal) =>
    typeof size === 'number' && Number.isSafeInteger(size) && size >= 0
      ? size
      : failFormat(source, 'has a damaged header: its shape is not made of whole numbers'),
  );
  const count = shape.reduce((product, size) => product * size, 1);
  if (shape.length > 32 || !Number.isSafeInteger(count)) {
    failFormat(source, `says its shape is [${shape.join(', ')}], which no file can hold`);
  }
  return { shape, count };
}

function interpretType(source: ByteSource, descr: Literal | undefined): { cell: NpyCell; bigEndian: boolean } {
  if (Array.isArray(descr))
    return failFormat(source, 'holds records of several fields: save each field as an array of its own');
  const match = /^([<>|=])([a-zA-Z])(\d*)(.*)$/.exec(typeof descr === 'string' ? descr : '');
  if (match === null) return failFormat(source, 'has a damaged header: its type (descr) is missing');
  const [, order, letter, digits] = match;
  const bigEndian = order === '>';
  if (letter === 'O') {
    return failFormat(
      source,
      'holds pickled Python objects, which could run code when read: save numbers or fixed strings',
    );
  }
  const kind = `${letter}${digits}`;
  if (isNumberKind(kind)) return { cell: { kind, bytes: bytesOf(kind) }, bigEndian };
  if ((letter === 'S' || letter === 'U') && match[4] === '') {
    const bytes = Number(digits) * (letter === 'U' ? 4 : 1);
    if (bytes <= 2 ** 31) return { cell: { kind: letter, bytes }, bigEndian };
  }
  const read = 'float16 to float64, int8 to int64, uint8 to uint64, bool, and fixed strings S and U are read';
  return failFormat(source, `has the type ${String(descr)}: ${read}`);
}
