import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tfc from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../core/contract/index.js';
import { readSafetensors, writeChecksums } from '../../core/files/index.js';
import { type CheckpointSettings, checkpointNames, writeCheckpoint } from '../../core/train/checkpoint.js';
import type { LoopState } from '../../core/train/loop.js';
import { readMined } from '../../core/train/mined-state.js';
import type { Network, NetworkWeight } from '../../core/train/network.js';
import { createOptimizerState } from '../../core/train/optimizer.js';
import { readCheckpoint } from '../../core/train/read-checkpoint.js';
import { problemOf } from '../files/problem-of.js';

let root = '';
beforeAll(async () => {
  await tfc.setBackend('cpu');
  root = await mkdtemp(join(tmpdir(), 'siamese-checkpoint-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const weight = (name: string, values: readonly number[], trainable = true): NetworkWeight => ({
  name,
  variable: tfc.variable(tfc.tensor1d(values as number[])),
  trainable,
  decay: true,
  scale: 1,
});
const state = (step: number, more: Partial<LoopState> = {}): LoopState => ({
  step,
  epoch: 2,
  inEpoch: 3,
  lossSum: 0.75,
  feed: { pass: 2, pool: 0, batch: 3, begun: 10 },
  schedule: { wait: 1 },
  mined: null,
  best: null,
  waited: 1,
  reference: 0.5,
  due: null,
  rows: 40,
  seconds: 1.5,
  skipped: { all: 3, inEpoch: 2, inRow: 1 },
  ...more,
});

function settings(folder: string, keep = 2): CheckpointSettings {
  const weights = [weight('encoder/kernel', [1, 2]), weight('loss/centre', [5], false)];
  const optimizer = createOptimizerState([weights[0]!], { moment: 0.25 });
  return {
    folder: join(root, folder),
    keep,
    network: { weights } as unknown as Network,
    optimizer,
    carried: () => ({ plan: 'a plan', metrics: 123 }),
  };
}
const json = async (...path: string[]): Promise<unknown> => JSON.parse(await readFile(join(root, ...path), 'utf8'));
async function tensors(...path: string[]): Promise<Record<string, number[]>> {
  const { tensors: found } = await readSafetensors(join(root, ...path));
  return Object.fromEntries([...found].map(([name, { data }]) => [name, [...(data as Float32Array)]]));
}

describe('writeCheckpoint', () => {
  it('writes all that a run carries: where it stands, weights, slots, the best model', async () => {
    const best = {
      value: 0.9,
      epoch: 1,
      step: 4,
      weights: { 'encoder/kernel': { shape: [2], values: Float32Array.of(8, 9) } },
    };
    await writeCheckpoint(settings('whole'), state(123, { best }));
    expect(await readdir(join(root, 'whole'))).toEqual(['step-00000123']);
    const { best: _weights, ...position } = state(123);
    expect(await json('whole', 'step-00000123', 'state.json')).toEqual({
      format: 1,
      ...position,
      best: { value: 0.9, epoch: 1, step: 4 },
      carried: { plan: 'a plan', metrics: 123 },
    });
    const at = ['whole', 'step-00000123'] as const;
    expect(await tensors(...at, 'weights.safetensors')).toEqual({ 'encoder/kernel': [1, 2], 'loss/centre': [5] });
    expect(await tensors(...at, 'optimizer.safetensors')).toEqual({ 'encoder/kernel/moment': [0.25, 0.25] });
    expect(await tensors(...at, 'best.safetensors')).toEqual({ 'encoder/kernel': [8, 9] });
  });

  it('holds what the sampler mined, and reads it back', async () => {
    const arrays = { negatives: Int32Array.of(3, -1, 2), scores: Float32Array.of(0.5), marks: Uint8Array.of(1, 255) };
    const mined = { json: { epoch: 2 }, arrays };
    await writeCheckpoint(settings('mined'), state(5, { mined }));
    const kept = (await json('mined', 'step-00000005', 'state.json')) as { mined: { json: Json } };
    expect(kept.mined).toEqual({ json: { epoch: 2 } });
    expect(await readMined(join(root, 'mined', 'step-00000005'), kept.mined)).toEqual(mined);
    await writeCheckpoint(settings('mined'), state(6, { mined: { json: [1] } }));
    expect(await readMined(join(root, 'mined', 'step-00000006'), { json: [1] })).toEqual({ json: [1] });
    expect(await readMined(join(root, 'mined', 'step-00000006'), null)).toBeNull();
  });

  it('has no best model where there is none', async () => {
    await writeCheckpoint(settings('bare'), state(1));
    expect((await readdir(join(root, 'bare', 'step-00000001'))).sort()).toEqual(['checksums.json', 'optimizer.safetensors', 'state.json', 'weights.safetensors']); // biome-ignore format: one case
    expect(await json('bare', 'step-00000001', 'state.json')).toMatchObject({ best: null });
  });

  it('keeps the newest by their step, and replaces one of the same step', async () => {
    const kept = settings('kept');
    for (const step of [9, 10, 10, 99_999_999, 100_000_000]) await writeCheckpoint(kept, state(step, { waited: step }));
    expect((await readdir(kept.folder)).sort()).toEqual(['step-100000000', 'step-99999999']);
    await writeCheckpoint(kept, state(100_000_000, { waited: 7 }));
    expect(await json('kept', 'step-100000000', 'state.json')).toMatchObject({ waited: 7 });
  });
});

describe('readCheckpoint', () => {
  const best = { value: 0.9, epoch: 1, step: 4, weights: { 'encoder/kernel': { shape: [2], values: Float32Array.of(8, 9) } } }; // biome-ignore format: one case
  const mined = { json: { epoch: 2 }, arrays: { negatives: Int32Array.of(3, -1, 2) } };
  const full = state(7, { best, mined, due: { epoch: true, training: false }, lossSum: 0.1 + 0.2, reference: -0.1 });
  async function written(name: string): Promise<string> {
    await writeCheckpoint(settings(name), full);
    return join(root, name, 'step-00000007');
  }

  it('gives back all that was written, to the last bit', async () => {
    const read = await readCheckpoint(await written('read'));
    expect(read.state).toEqual(full);
    expect(read.weights).toEqual({ 'encoder/kernel': { shape: [2], values: Float32Array.of(1, 2) }, 'loss/centre': { shape: [1], values: Float32Array.of(5) } }); // biome-ignore format: one case
    expect(read.slots).toEqual({ 'encoder/kernel/moment': { shape: [2], values: Float32Array.of(0.25, 0.25) } });
    expect(read.carried).toEqual({ plan: 'a plan', metrics: 123 });
    await writeCheckpoint(settings('read-bare'), state(1));
    expect((await readCheckpoint(join(root, 'read-bare', 'step-00000001'))).state).toEqual(state(1));
  });

  it('refuses one where any byte of any file was changed, or any file cut, lost or added', async () => {
    const folder = await written('damaged');
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const bytes = await readFile(path);
      for (const at of [0, 9, bytes.length >> 1, bytes.length - 2]) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1;
        await writeFile(path, changed);
        const { code, message } = await problemOf(() => readCheckpoint(folder));
        expect([code, message.includes('damaged') || message.includes('was written') || message.includes('were written') || message.includes('is missing'), message]).toEqual(['RUN_FOLDER', true, message]); // biome-ignore format: one case
      }
      await writeFile(path, bytes.subarray(0, bytes.length - 2)); // JSON does not need its last newline
      expect((await problemOf(() => readCheckpoint(folder))).code, `${name} cut`).toBe('RUN_FOLDER');
      await rm(path);
      expect((await problemOf(() => readCheckpoint(folder))).code, `${name} lost`).toBe('RUN_FOLDER');
      await writeFile(path, bytes);
    }
    expect((await readCheckpoint(folder)).state.step).toBe(7);
    await writeFile(join(folder, 'more.txt'), '');
    const { message } = await problemOf(() => readCheckpoint(folder));
    expect(message).toContain('more.txt has 0 bytes, none were written');
  });

  it('refuses a state that is none, though its hash is right', async () => {
    const folder = await written('strange');
    const kept = JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')) as Record<string, unknown>;
    const strange: readonly (readonly [string, unknown])[] = [['step', 'seven'], ['feed', null], ['feed', { pass: 1 }], ['lossSum', null], ['best', {}], ['best', null], ['mined', 3], ['due', 4], ['format', 2]]; // biome-ignore format: a list
    for (const [key, value] of strange) {
      await writeFile(join(folder, 'state.json'), JSON.stringify({ ...kept, [key]: value }));
      await writeChecksums(folder);
      expect((await problemOf(() => readCheckpoint(folder))).code, `${key}: ${JSON.stringify(value)}`).toBe('RUN_FOLDER'); // biome-ignore format: one line
    }
    const deep = `{"format":${'['.repeat(50_000)}${']'.repeat(50_000)}}`; // must not be shown as text: that overflows the stack
    for (const text of ['', '[]', 'null', '{', deep]) {
      await writeFile(join(folder, 'state.json'), text);
      await writeChecksums(folder);
      expect((await problemOf(() => readCheckpoint(folder))).code, text).toBe('RUN_FOLDER');
    }
  });

  it('lists checkpoints, the newest first, and nothing else', async () => {
    const kept = settings('listed', 5);
    for (const step of [3, 20, 100]) await writeCheckpoint(kept, state(step));
    await writeFile(join(kept.folder, '.step-00000003.1-aaaaaaaa.tmp'), '');
    expect(await checkpointNames(kept.folder)).toEqual(['step-00000100', 'step-00000020', 'step-00000003']);
    expect(await checkpointNames(join(root, 'nowhere'))).toEqual([]);
  });
});
