import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopSteps } from '../../core/run/stop-steps.js';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'siamese-resume-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const siamese = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });

/** Remembers in the module what no checkpoint holds: how many factors it gave. */
const forgetful = `import { definePlugin, Schedule } from 'siamese';
let given = 0;
export default definePlugin(Schedule, {
  name: 'test/forgetful',
  summary: 'Falls with the times that it was asked.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  create: () => ({ factor: () => 1 / ++given }),
});
`;
beforeAll(() => {
  const recipe = `version: 1
name: verified
engine: portable
data: { source: { type: synthetic, groups: 6, perGroup: 12 }, split: { type: stratified, validation: 0.3, test: 0.3 } }
encoder: { type: mlp, hidden: [4], dimensions: 2 }
loss: contrastive
train: { steps: 12, stepsPerEpoch: 4, batchSize: 8 }
evaluate: { metrics: [verification], baselines: off }
`;
  writeFileSync(join(folder, 'verified.yaml'), recipe);
  writeFileSync(join(folder, 'forgetful.mjs'), forgetful);
});

describe('siamese verify-resume', () => {
  it('runs straight, runs with stops, and says that the bytes are the same', () => {
    const { status, stdout, stderr } = siamese('verify-resume', 'verified.yaml');
    expect(status, stderr).toBe(0);
    expect(stdout).toBe('identical: 12 steps straight, and with stops after 3, 6, 9\n');
  }, 120_000);

  it('finds a plugin that remembers what no checkpoint holds, and tells what differs', () => {
    const set = [
      '--set',
      'plugins=[./forgetful.mjs]',
      '--set',
      'train.schedule=test/forgetful',
      '--set',
      'data.split=none',
    ];
    const { status, stdout, stderr } = siamese('verify-resume', 'verified.yaml', '--stops', '1', ...set);
    expect(status, stderr).toBe(1);
    expect(stdout).toMatch(/^the runs differ after stops at 6:\n/);
    expect(stdout).toMatch(/weights\.safetensors: encoder\/\S+ differs in \d+ of \d+ numbers, by \S+ at most/);
    expect(stdout).toMatch(/metrics\.jsonl:\d+: learningRate: \S+ -> \S+/);
  }, 120_000);

  it('says so where there is no room for its runs', () => {
    const env = { ...process.env, TMPDIR: join(folder, 'verified.yaml') }; // a folder would be made by Node, for its compile cache
    const args = [main, 'verify-resume', 'verified.yaml'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env });
    expect([status, stderr]).toEqual([
      3,
      'OUTPUT  cannot write verified.yaml: a part of the path is a file, not a folder (ENOTDIR)\n1 problem\n',
    ]);
  });

  it('stops within epochs, in order, as often as there are steps', () => {
    expect(stopSteps({ steps: 100, epochs: 10 }, 3)).toEqual([25, 51, 75]);
    expect(stopSteps({ steps: 12, epochs: 3 }, 3)).toEqual([3, 6, 9]);
    expect(stopSteps({ steps: 3, epochs: 3 }, 9)).toEqual([1, 2]);
    expect(stopSteps({ steps: 1, epochs: 1 }, 3)).toEqual([]);
  });
});

describe('siamese run --resume', () => {
  it('goes on, and is nothing to do for a run that is completed', () => {
    expect(siamese('run', 'verified.yaml', '--out', 'run', '--stop-at', '5').status).toBe(130);
    const { status, stdout, stderr } = siamese('run', '--resume', 'run', '--json');
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', training: { steps: 12 } });
    const before = readFileSync(join(folder, 'run', 'result.json'), 'utf8');
    const again = siamese('run', '--resume', 'run');
    expect([again.status, again.stdout]).toEqual([0, '']);
    expect(again.stderr).toContain('is completed: there is nothing to go on with');
    expect(readFileSync(join(folder, 'run', 'result.json'), 'utf8')).toBe(before);
  });

  it('tells that a plugin has other code now, and goes on: it may be mended', () => {
    const set = ['--set', 'plugins=[./mended.mjs]', '--set', 'train.schedule=test/forgetful'];
    writeFileSync(join(folder, 'mended.mjs'), forgetful);
    expect(siamese('run', 'verified.yaml', ...set, '--out', 'mended', '--stop-at', '5').status).toBe(130);
    expect(siamese('run', '--resume', 'mended', '--stop-at', '7').stderr).not.toContain('other code');
    writeFileSync(join(folder, 'mended.mjs'), forgetful.replace('++given', '(given += 2)'));
    const { status, stderr } = siamese('run', '--resume', 'mended');
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(
      "warning: the run was begun with other code of ./mended.mjs: it goes on, but its bytes may differ from an uninterrupted run's\n",
    );
  }, 120_000);

  it.each([
    [['run'], 'run needs a recipe, or --resume with a run folder'],
    [['run', 'verified.yaml', '--resume', 'run'], '--resume RUN takes no recipe and no --out'],
    [['run', 'verified.yaml', '--stop-at', '0'], 'whole number from 1'],
  ])('%j is told to be wrong usage', (args, message) => {
    const { status, stderr } = siamese(...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('shows where the recipe differs from the run', () => {
    expect(siamese('run', 'verified.yaml', '--out', 'other', '--stop-at', '5').status).toBe(130);
    const { status, stderr } = siamese('run', '--resume', 'other', '--set', 'seed=8', '--set', 'loss.margin=3');
    expect(status).toBe(1);
    expect(stderr).toContain('the plan has changed since the run in other was begun: seed: 0 -> 8');
    expect(stderr).toContain('loss.margin: 1 -> 3');
    expect(stderr).toContain('2 problems');
  });
});
