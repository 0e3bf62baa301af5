import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { test } from 'vitest';
import { decodeNpy, encodeNpy, memoryBytes, npzNames, readNpz, readNpzHeader } from '../../core/files/index.js';
import { damaged, depthUpTo, fuzz } from './fuzz.js';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../files/fixtures/${name}`, import.meta.url));
const array = encodeNpy({ shape: [2, 3], dtype: 'float32', data: new Float32Array(6) });

const size = fc.oneof(fc.nat(5), fc.maxSafeNat()).map(String);
const type = fc.constantFrom(
  '<f4',
  '>f8',
  '|O',
  '|V8',
  '<U4',
  '|S0',
  '<i8',
  '<c8',
  '|b1',
  '<f2',
  '<U99999999',
  'f',
  '',
);
const deep = depthUpTo(30_000).map((depth) => '('.repeat(depth));
const shape = fc.oneof(
  { weight: 4, arbitrary: fc.array(size, { maxLength: 4 }).map((all) => `(${all.map((one) => `${one},`).join(' ')})`) },
  deep,
);
const header = fc
  .tuple(type, fc.constantFrom('True', 'False', 'None', '1'), shape)
  .map(([descr, fortran, sizes]) => `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${sizes}, }\n`);
const npy = fc.tuple(header, fc.constantFrom(1, 2, 3, 4), fc.nat(64)).map(([text, version, data]) => {
  const prefix = version === 1 ? 10 : 12;
  const bytes = Buffer.alloc(prefix + text.length + data);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  if (version === 1) bytes.writeUInt16LE(Math.min(text.length, 65535), 8);
  else bytes.writeUInt32LE(text.length, 8);
  bytes.write(text, prefix, 'latin1');
  return Uint8Array.from(bytes);
});
/** Good archives of arrays that need not be good. */
const npz = npy.map((bytes) => zipSync({ 'a.npy': bytes }));

test('any npy is an array or a problem', () =>
  fuzz('npy', fc.oneof(damaged(array), npy), (bytes) => decodeNpy('x.npy', bytes)));

test('any npz is arrays or a problem', () =>
  fuzz('npz', fc.oneof(damaged(fixture('python.npz'), fixture('stored.npz')), npz), async (bytes) => {
    const source = memoryBytes('x.npz', bytes);
    for (const member of (await npzNames(source)).slice(0, 3)) {
      await readNpzHeader(source, { member });
      await readNpz(source, { member });
    }
  }));
