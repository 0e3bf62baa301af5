import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../recipes/recipes.js';
import { note } from './figures.js';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
const folder = temporaryFolder();
const steps = Number(process.env['SOAK_STEPS'] ?? 1_000_000);
const every = Math.floor(steps / 400);
const recipe = `version: 1
name: long
data:
  source: { type: synthetic, groups: 8, perGroup: 16, shape: [4] }
  split: { type: unseen-groups, validation: 0.3, test: 0 }
encoder: { type: mlp, hidden: [8], dimensions: 4 }
loss: contrastive
train: { steps: ${steps}, stepsPerEpoch: ${every}, batchSize: 16, checkpoint: { every: ${every}, keep: 2 } }
evaluate: { metrics: [verification], baselines: off }
`;

interface Sample {
  readonly memory: number;
  readonly handles: number;
  /** Bytes of the checkpoints, and how many there are. */
  readonly disk: number;
  readonly checkpoints: number;
}

const bytesBelow = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );

function sample(pid: number, out: string): Sample | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const checkpoints = join(out, 'checkpoints');
    return {
      memory: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024,
      handles: readdirSync(`/proc/${pid}/fd`).length,
      disk: bytesBelow(checkpoints),
      checkpoints: readdirSync(checkpoints).filter((name) => name.startsWith('step-')).length,
    };
  } catch {
    return null; // it is not there yet, or no more
  }
}

it(`${steps} steps with 400 checkpoints: memory and handles stay flat, the disk bounded`, async () => {
  writeFileSync(join(folder, 'long.yaml'), recipe);
  const out = join(folder, 'out');
  const child = spawn(process.execPath, [main, 'run', 'long.yaml', '--out', out], { cwd: folder, stdio: 'ignore' });
  const samples: Sample[] = [];
  const timer = setInterval(() => samples.push(...[sample(child.pid!, out)].filter((one) => one !== null)), 500);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  expect(code).toBe(0);
  const tenth = Math.ceil(samples.length / 10);
  const mean = (part: readonly Sample[], of: keyof Sample): number =>
    part.reduce((sum, one) => sum + one[of], 0) / part.length;
  const [early, late] = [samples.slice(2 * tenth, 3 * tenth), samples.slice(-tenth)];
  const most = (of: keyof Sample): number => Math.max(...samples.map((one) => one[of]));
  const figures = {
    steps,
    samples: samples.length,
    memoryMiB: [mean(early, 'memory'), mean(late, 'memory')].map(Math.round),
    handles: [mean(early, 'handles'), mean(late, 'handles')].map(Math.round),
    most: { memoryMiB: Math.round(most('memory')), handles: most('handles'), checkpoints: most('checkpoints'), checkpointBytes: most('disk') }, // biome-ignore format: one line
  };
  note('long run', 'small steps', figures);
  expect(samples.length).toBeGreaterThan(20);
  expect(mean(late, 'memory')).toBeLessThan(1.1 * mean(early, 'memory') + 16);
  expect(mean(late, 'handles')).toBeLessThan(mean(early, 'handles') + 3);
  expect(most('checkpoints')).toBeLessThanOrEqual(3); // the newest is written before the oldest goes
});
