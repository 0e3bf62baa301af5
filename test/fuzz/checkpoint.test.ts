import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'vitest';
import { encodeSafetensors } from '../../core/files/index.js';
import { readCarried } from '../../core/run/carried.js';
import { readCheckpoint } from '../../core/train/read-checkpoint.js';
import { anyJson, damaged, fuzz, fuzzFolder } from './fuzz.js';

const folder = fuzzFolder();

const weights = Buffer.concat(
  encodeSafetensors(new Map([['w', { dtype: 'F32' as const, shape: [2], data: Float32Array.of(1, 2) }]]), {}),
);
const state: Readonly<Record<string, unknown>> = {
  format: 1,
  ...{ step: 1, epoch: 1, inEpoch: 1, lossSum: 1, waited: 0, rows: 1, seconds: 1 },
  feed: { pass: 0, pool: 0, batch: 0, begun: 0 },
  ...{ schedule: null, reference: null, due: null, mined: null, best: null },
  carried: { plan: {}, data: { files: {}, content: {} }, machine: {}, metrics: 1, trackers: [], step: { forms: [] } },
};
const keys = Object.keys(state);
/** The state with some keys holding anything at all. */
const foreign = fc.array(fc.tuple(fc.constantFrom(...keys), anyJson), { minLength: 1, maxLength: 3 }).map((changes) => {
  const texts = new Map(keys.map((key) => [key, JSON.stringify(state[key])]));
  for (const [key, json] of changes) texts.set(key, json);
  return Buffer.from(`{${[...texts].map(([key, text]) => `"${key}":${text}`).join()}}`);
});

interface Files {
  readonly state: Uint8Array;
  readonly weights: Uint8Array;
  /** null: right, as a stranger can make them. */
  readonly checksums: Uint8Array | null;
}
const files: fc.Arbitrary<Files> = fc.record({
  state: fc.oneof(foreign, damaged(Buffer.from(JSON.stringify(state)))),
  weights: fc.oneof({ weight: 3, arbitrary: fc.constant(weights) }, damaged(weights)),
  checksums: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    anyJson.map((json) => Buffer.from(`{"files":${json}}`)),
  ),
});

writeFileSync(join(folder, 'optimizer.safetensors'), weights);
const sumOf = (bytes: Uint8Array) => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
});
const optimizer = sumOf(weights);
/** Whoever writes a folder can write these. */
const rightChecksums = (json: Uint8Array, tensors: Uint8Array): string =>
  JSON.stringify({
    files: { 'state.json': sumOf(json), 'weights.safetensors': sumOf(tensors), 'optimizer.safetensors': optimizer },
  });

test('any checkpoint folder is a checkpoint or a problem', () =>
  fuzz('checkpoint', files, async ({ state: json, weights: tensors, checksums }) => {
    writeFileSync(join(folder, 'state.json'), json);
    writeFileSync(join(folder, 'weights.safetensors'), tensors);
    writeFileSync(join(folder, 'checksums.json'), checksums ?? rightChecksums(json, tensors));
    const { carried } = await readCheckpoint(folder);
    readCarried(carried, folder);
  }));
