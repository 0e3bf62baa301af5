import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'vitest';
import { decodeSafetensors } from '../../core/files/index.js';
import { anyJson, damaged, fuzz } from './fuzz.js';

const fixture = readFileSync(new URL('../files/fixtures/python.safetensors', import.meta.url));

const entry = fc.record({
  dtype: fc.oneof(fc.constantFrom('"F32"', '"U8"', '"I64"', '"BF16"', '"toString"'), anyJson),
  shape: fc.oneof(
    fc.array(fc.oneof(fc.nat(4), fc.maxSafeNat(), fc.double()), { maxLength: 3 }).map((one) => JSON.stringify(one)),
    anyJson,
  ),
  data_offsets: fc.oneof(
    fc.tuple(fc.nat(16), fc.oneof(fc.nat(32), fc.maxSafeNat())).map((one) => JSON.stringify(one)),
    anyJson,
  ),
});
const name = fc.constantFrom('a', 'b', '__proto__', 'constructor', '__metadata__', '');
const header = fc
  .array(fc.tuple(name, entry), { maxLength: 3 })
  .map(
    (all) =>
      `{${all.map(([key, one]) => `"${key}":{"dtype":${one.dtype},"shape":${one.shape},"data_offsets":${one.data_offsets}}`).join()}}`,
  );
const said = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const file = fc.tuple(fc.oneof(header, anyJson), said, fc.nat(32)).map(([text, length, data]) => {
  const bytes = Buffer.alloc(8 + Buffer.byteLength(text) + data);
  bytes.writeBigUInt64LE(length ?? BigInt(Buffer.byteLength(text)));
  bytes.write(text, 8);
  return Uint8Array.from(bytes);
});

test('any safetensors is tensors or a problem', () =>
  fuzz('safetensors', fc.oneof(damaged(fixture), file), (bytes) => decodeSafetensors('x.safetensors', bytes)));
