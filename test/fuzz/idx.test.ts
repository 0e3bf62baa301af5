import fc from 'fast-check';
import { test } from 'vitest';
import { allocate, memoryBytes, typeOf } from '../../core/files/index.js';
import { readIdxHeader, readIdxValues } from '../../plugins/sources/idx-file.js';
import { damaged, fuzz } from './fuzz.js';

function encode([type, sizes, values]: readonly [number, readonly number[], number]): Uint8Array {
  const bytes = Buffer.alloc(4 + 4 * sizes.length + values);
  bytes.set([0, 0, type, sizes.length]);
  for (const [i, size] of sizes.entries()) bytes.writeUInt32BE(size, 4 + 4 * i);
  return Uint8Array.from(bytes);
}
const size = fc.oneof(fc.nat(4), fc.constantFrom(2 ** 16, 2 ** 31, 2 ** 32 - 1));
const generated = fc
  .tuple(fc.constantFrom(8, 9, 11, 12, 13, 14, 10, 255), fc.array(size, { maxLength: 9 }), fc.nat(64))
  .map(encode);
const good = [encode([8, [3, 2, 2], 12]), encode([13, [2, 2], 16])];

test('any idx is numbers or a problem', () =>
  fuzz('idx', fc.oneof(damaged(...good), generated), async (bytes) => {
    const source = memoryBytes('x.idx', bytes);
    const header = await readIdxHeader(source);
    const count = header.shape.reduce((product, one) => product * one, 1);
    await readIdxValues(source, header, allocate(typeOf(header.kind), count, 'x.idx'));
  }));
