import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'siamese-closed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const rest = 'version: 1\nengine: portable\nencoder: { type: mlp, hidden: [8], dimensions: 4 }\nloss: contrastive\n';
  const data = 'data: { source: { type: synthetic, groups: 9, perGroup: 10 } }\n';
  const loud = `import { definePlugin, Schedule } from 'siamese';
export default definePlugin(Schedule, {
  name: 'test/loud',
  summary: 'Writes to both streams.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  create: () => ({
    start: 0,
    factor() {
      console.log('loud');
      console.warn('loud');
      return 1;
    },
  }),
});
`;
  writeFileSync(join(folder, 'loud.mjs'), loud);
  const train = 'plugins: [./loud.mjs]\ntrain: { epochs: 30, batchSize: 16, schedule: test/loud }\n';
  writeFileSync(join(folder, 'good.yaml'), `name: good\n${rest}${data}${train}`);
  writeFileSync(join(folder, 'bad.yaml'), `name: bad\n${rest}${data}train: { epoch: 3 }\n`);
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls siamese; `leaves` says when both of its readers go: with it, or after the first of what it writes. */
function siamese(
  args: readonly string[],
  leaves: 'at once' | 'after a line' | 'never',
  stdout: 'pipe' | number = 'pipe',
) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ['ignore', stdout, 'pipe'] });
    const read = { stdout: '', stderr: '' };
    const streams = { stdout: child.stdout, stderr: child.stderr };
    const leave = (): void => {
      for (const stream of Object.values(streams)) stream?.destroy();
    };
    if (leaves === 'at once') leave();
    for (const name of ['stdout', 'stderr'] as const)
      streams[name]?.on('data', (bytes) => {
        read[name] += bytes;
        if (leaves === 'after a line') leave();
      });
    child.on('close', (status) => resolve({ status, ...read }));
  });
}

describe('streams that nobody reads, or that take nothing', () => {
  it('a run goes on to its end, plugins that write to them too', async () => {
    const { status } = await siamese(['run', 'good.yaml', '--out', 'good'], 'after a line');
    expect(status).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'good/result.json'), 'utf8'))).toMatchObject({ status: 'completed' });
    expect(readdirSync(join(folder, 'good')).filter((name) => name.startsWith('.lock'))).toEqual([]);
  });

  it('an invalid recipe has the status that it has with a reader', async () => {
    expect(await siamese(['validate', 'bad.yaml'], 'at once')).toMatchObject({ status: 1 });
    expect(await siamese(['validate', 'bad.yaml', '--format', 'json'], 'at once')).toMatchObject({ status: 1 });
    expect(await siamese(['validate', '--nope'], 'at once')).toMatchObject({ status: 2 });
    expect(await siamese(['--help'], 'at once')).toMatchObject({ status: 0 });
  });

  it.skipIf(!existsSync('/dev/full'))('a full disk behind stdout is a problem of the output', async () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = await siamese(['validate', 'bad.yaml', '--format', 'json'], 'never', full);
    closeSync(full);
    expect(stderr).toBe('OUTPUT  cannot write stdout: the disk is full (ENOSPC)\n1 problem\n');
    expect(status).toBe(3);
  });
});
