import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunResult } from '../../core/run/result.js';
import { siamese, temporaryFolder } from '../run/command.js';

/**
 * With train.microBatch the memory of a step follows the piece, not the batch. Each run has a process of its own, since
 * what is compared is its peak. As a whole a batch of 2,048 pairs holds over a gigabyte; the loss itself holds little here.
 */
const folder = temporaryFolder();
const recipe = (batchSize: number, microBatch: number | null, compile: string): string => `version: 1
name: pieces-memory
engine: { compile: ${compile} }
data: { source: { type: synthetic, groups: 512, perGroup: 4, shape: [24, 24, 1], noise: 0.5 }, split: none }
encoder: { type: conv, filters: [32, 64], dimensions: 32, normalize: true }
loss: contrastive
sampler: balanced-pairs
train: { steps: 2, batchSize: ${batchSize}, microBatch: ${microBatch}, monitor: off }
evaluate: { baselines: off, threshold: off, metrics: [few-shot] }
`;

/** MiB at most, and the losses of the steps. */
async function peakOf(batchSize: number, microBatch: number | null, compile: string) {
  const out = join(folder, `${batchSize}-${microBatch}-${compile}`);
  writeFileSync(`${out}.yaml`, recipe(batchSize, microBatch, compile));
  await siamese('run', `${out}.yaml`, '--out', out);
  const { training } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult;
  const losses = readFileSync(join(out, 'metrics.jsonl'), 'utf8').match(/"loss":[\d.e-]+/g)!;
  return { peak: training.peakMemoryMiB, losses: losses.map((text) => Number(text.slice('"loss":'.length))) };
}

it.each([
  ['off', 100],
  ['auto', 300], // the graph of the pieces, and its making
] as const)(
  'a batch of 2048 in pieces of 64 takes little more than a batch of 64, compile: %s',
  async (compile, more) => {
    const small = await peakOf(64, null, compile);
    const pieces = await peakOf(2048, 64, compile);
    const whole = await peakOf(2048, null, compile);
    console.log(`compile ${compile}: 64 ${small.peak}, 2048 in pieces ${pieces.peak}, as a whole ${whole.peak} MiB`);
    expect(pieces.peak - small.peak, 'MiB more').toBeLessThan(more);
    expect(whole.peak - small.peak, 'MiB more').toBeGreaterThan(800);
    pieces.losses.forEach((loss, i) => {
      expect(Math.abs(loss - whole.losses[i]!)).toBeLessThan(1e-4 * whole.losses[i]!);
    });
  },
);
