import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunResult } from '../../core/run/result.js';
import { siamese, temporaryFolder } from '../run/command.js';

/**
 * A stream is never held: ten times the data, the same memory. Each run has a process of its own, since what is compared
 * is its peak, and the portable engine, whose own memory is small. A value is one digit: held as float32, the larger file
 * would take well over 130 MiB more than the smaller one, as it does with `stream: false`.
 */
const folder = temporaryFolder();
const width = 256;
const groups = 8;

const recipe = (file: string): string => `version: 1
name: stream-memory
data:
  source: { type: table, path: ${file}, group: group, stream: true }
  fields: { values: { kind: vector, columns: x* } }
  split: { type: hash, validation: 0.02, test: 0.02 }
  shuffleBuffer: 2000
encoder: { type: dense, dimensions: 4 }
loss: contrastive
train: { epochs: 1, batchSize: 1000 }
evaluate: { metrics: [verification], baselines: off }
`;

/** Rows of digits; each group has a few of its own, and they come in turn. */
function writeDigits(file: string, megabytes: number): number {
  const digits = (row: number): string =>
    Array.from({ length: width }, (_, i) => (row * 7 + i * (1 + (row % groups))) % 10).join(',');
  const block = Array.from({ length: 97 * groups }, (_, row) => `g${row % groups},${digits(row)}\n`).join('');
  const out = openSync(file, 'w');
  writeSync(out, `group,${Array.from({ length: width }, (_, i) => `x${i}`).join(',')}\n`);
  const blocks = Math.round((megabytes * 1e6) / block.length);
  for (let i = 0; i < blocks; i++) writeSync(out, block);
  closeSync(out);
  return blocks * 97 * groups;
}

async function peakOf(megabytes: number): Promise<{ readonly rows: number; readonly result: RunResult }> {
  const at = (name: string): string => join(folder, `${megabytes}${name}`);
  const rows = writeDigits(at('.csv'), megabytes);
  writeFileSync(at('.yaml'), recipe(at('.csv')));
  await siamese('run', at('.yaml'), '--engine', 'portable', '--out', at(''));
  return { rows, result: JSON.parse(readFileSync(join(at(''), 'result.json'), 'utf8')) as RunResult };
}

it('60 MB take no more memory than 6 MB', async () => {
  const [small, large] = [await peakOf(6), await peakOf(60)];
  for (const { rows, result } of [small, large]) {
    expect(result.data.items).toBe(rows);
    expect(result.training.pairs).toBe(result.data.train); // every training row was read, and trained on
  }
  expect(large.rows).toBeGreaterThan(9 * small.rows);
  const grown = large.result.training.peakMemoryMiB - small.result.training.peakMemoryMiB;
  expect(grown, 'MiB more').toBeLessThan(130);
});
