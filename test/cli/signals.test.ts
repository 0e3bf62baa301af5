import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDifferences } from '../../core/run/identical.js';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'siamese-signals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Takes its time outside training, so that a signal comes in the middle of an evaluation. */
const slow = `import { definePlugin, Evaluator } from 'siamese';
export default definePlugin(Evaluator, {
  name: 'test/slow',
  summary: 'Takes 0.15 s a block.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  measures: 'neighbours',
  metrics: { blocks: { better: 'higher', range: [0, 1e9], description: 'Blocks seen.' } },
  neighbours: () => 1,
  create: () => ({
    begin() {
      let blocks = 0;
      return {
        async add() {
          blocks++;
          await new Promise((resolve) => setTimeout(resolve, 150));
        },
        result: () => ({ values: { blocks } }),
      };
    },
  }),
});
`;
const recipe = (name: string, rest: string): string => `version: 1
name: ${name}
engine: portable
encoder: { type: mlp, hidden: [8], dimensions: 4 }
loss: contrastive
${rest}`;

beforeAll(() => {
  const data = 'data: { source: { type: synthetic, groups: 9, perGroup: 50 } }\n';
  writeFileSync(join(folder, 'long.yaml'), recipe('long', `${data}train: { epochs: 100000, batchSize: 16 }\n`));
  const large = `data:
  source: { type: synthetic, groups: 20, perGroup: 60 }
  split: { type: unseen-groups, validation: 0.4, test: 0.4 }
plugins: [./slow.mjs]
train: { steps: 5, batchSize: 16, monitor: verification.rocAuc }
evaluate: { metrics: [verification, test/slow] }
`;
  writeFileSync(join(folder, 'slow.mjs'), slow);
  writeFileSync(join(folder, 'large.yaml'), recipe('large', large));
});

interface Interruption {
  readonly name: string;
  readonly out: string;
  /** What stderr must hold before the first signal is sent. */
  readonly at: string;
  /** Sent half a second apart. */
  readonly signals: readonly NodeJS.Signals[];
}
interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  /** From the last signal on. */
  readonly milliseconds: number;
}

/** A run in a process of its own, which gets the signals. */
function interrupt({ name, out, at, signals }: Interruption): Promise<Ended> {
  const child = spawn(process.execPath, [main, 'run', `${name}.yaml`, '--out', out], { cwd: folder });
  let stderr = '';
  let last = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (last > 0 || !stderr.includes(at)) return;
    last = performance.now();
    for (const [i, signal] of signals.entries()) {
      setTimeout(() => {
        last = performance.now();
        child.kill(signal);
      }, i * 500);
    }
  });
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, stderr, milliseconds: performance.now() - last })),
  );
}

const siamese = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
const resultOf = (out: string) => JSON.parse(readFileSync(join(folder, out, 'result.json'), 'utf8'));
const locksIn = (out: string): string[] => readdirSync(join(folder, out)).filter((name) => name.startsWith('.lock'));

describe('a signal while training', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`${signal}: finishes the step, keeps a checkpoint, ends with status 130`, async () => {
      const ended = await interrupt({ name: 'long', out: signal, at: 'epoch 2/', signals: [signal] });
      expect(ended.code).toBe(130);
      expect(ended.stderr).toContain('stopping as soon as what is done is kept; again to stop at once');
      expect(ended.stderr).toMatch(/interrupted after \d+ steps; a checkpoint is kept/);
      expect(ended.stderr).toContain(`\`siamese run --resume ${signal}\` goes on from it`);
      expect(ended.milliseconds).toBeLessThan(5000);
      expect(resultOf(signal).status).toBe('interrupted');
      expect(readdirSync(join(folder, signal, 'checkpoints')).length).toBeGreaterThan(0);
      expect(locksIn(signal)).toEqual([]);
      expect(existsSync(join(folder, signal, 'model'))).toBe(false);
    });
  }
});

describe('a signal while validating in between', () => {
  it('SIGTERM: stops within 5 s, and the run begins with that validation when it goes on', async () => {
    const rest = `data:
  source: { type: synthetic, groups: 20, perGroup: 60 }
  split: { type: unseen-groups, validation: 0.6 }
plugins: [./telling.mjs]
train: { steps: 8, stepsPerEpoch: 4, batchSize: 16, monitor: test/telling.blocks }
evaluate: { metrics: [test/telling], baselines: off, threshold: off }
`;
    const telling = slow
      .replaceAll('test/slow', 'test/telling')
      .replace('blocks++;', "blocks++ || console.error('measuring');");
    writeFileSync(join(folder, 'telling.mjs'), telling);
    writeFileSync(join(folder, 'validated.yaml'), recipe('validated', rest));
    const straight = siamese('run', 'validated.yaml', '--out', 'validated-straight');
    expect(straight.status, straight.stderr).toBe(0);
    const signals = ['SIGTERM'] as const;
    const ended = await interrupt({ name: 'validated', out: 'validated', at: 'measuring', signals });
    expect(ended.code, ended.stderr).toBe(130);
    expect(ended.milliseconds).toBeLessThan(5000);
    expect(ended.stderr).toContain('interrupted after 4 steps; a checkpoint is kept');
    const again = siamese('run', '--resume', 'validated');
    expect(again.status, again.stderr).toBe(0);
    expect(await runDifferences(join(folder, 'validated-straight'), join(folder, 'validated'))).toEqual([]);
  });
});

describe('a signal while evaluating in the end', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`${signal}: stops between two blocks, and keeps the model, which evaluate reads`, async () => {
      const out = `large-${signal}`;
      const ended = await interrupt({ name: 'large', out, at: '\nevaluating', signals: [signal] });
      expect(ended.code, ended.stderr).toBe(130);
      expect(ended.stderr).toContain(
        `the trained model is kept: \`siamese evaluate ${out}\` measures it, \`siamese run --resume ${out}\` ends the run`,
      );
      expect(resultOf(out)).toMatchObject({ status: 'interrupted', training: { steps: 5 }, test: null });
      expect(locksIn(out)).toEqual([]);
      const set = { cwd: folder, encoding: 'utf8' } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'evaluate', out, '--json'], set);
      expect(status, stderr).toBe(0);
      const { verification } = JSON.parse(stdout).test;
      expect(verification.rocAuc).toBeGreaterThan(0.5);
      expect(verification.threshold, 'chosen on validation, as the run would have done').toBeGreaterThan(0);
    });
  }

  it('keeps what was measured before the baselines', async () => {
    const signals = ['SIGINT'] as const;
    const ended = await interrupt({ name: 'large', out: 'baseline', at: 'baseline: raw input', signals });
    expect(ended.code, ended.stderr).toBe(130);
    const { status, test, baselines, notes } = resultOf('baseline');
    expect(status).toBe('interrupted');
    expect(test.verification.rocAuc).toBeGreaterThan(0.5);
    expect(baselines).toEqual({});
    expect(notes.at(-1)).toContain('interrupted while evaluating');
    expect(existsSync(join(folder, 'baseline', 'model', 'threshold.json'))).toBe(true);
  });
});

/** Never ends in time: only a second signal does. */
const stuck = slow
  .replaceAll('test/slow', 'test/stuck')
  .replace('setTimeout(resolve, 150)', "console.error('stuck now') ?? setTimeout(resolve, 60_000)");

describe('a second signal', () => {
  it('stops at once with status 130, whatever is going on', async () => {
    const rest = `plugins: [./stuck.mjs]
data: { source: { type: synthetic, groups: 9, perGroup: 20 }, split: { type: unseen-groups, validation: 0.3 } }
train: { steps: 3, batchSize: 16 }
evaluate: { metrics: [verification, test/stuck] }
`;
    writeFileSync(join(folder, 'stuck.mjs'), stuck);
    writeFileSync(join(folder, 'stuck.yaml'), recipe('stuck', rest));
    const signals = ['SIGINT', 'SIGINT'] as const;
    const ended = await interrupt({ name: 'stuck', out: 'stuck', at: 'stuck now', signals });
    expect(ended.code, ended.stderr).toBe(130);
    expect(ended.stderr).toContain('again to stop at once');
    expect(ended.milliseconds).toBeLessThan(5000);
    expect(existsSync(join(folder, 'stuck', 'model', 'weights.safetensors'))).toBe(true);
  });
});

describe('a signal to a run on files', () => {
  it('keeps a whole result and the ledger with their hashes', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => `g${i % 8},${i % 7},${(i * 3) % 11}`);
    writeFileSync(join(folder, 'rows.csv'), `group,a,b\n${rows.join('\n')}\n`);
    const data = 'data: { source: { type: table, path: rows.csv, group: group } }\n';
    writeFileSync(join(folder, 'rows.yaml'), recipe('rows', `${data}train: { epochs: 100000, batchSize: 16 }\n`));
    const ended = await interrupt({ name: 'rows', out: 'rows', at: 'epoch 2/', signals: ['SIGINT'] });
    expect(ended.code, ended.stderr).toBe(130);
    expect(resultOf('rows')).toMatchObject({ status: 'interrupted', data: { items: 400 } });
    const ledger = JSON.parse(readFileSync(join(folder, 'rows', 'ledger.json'), 'utf8'));
    expect(Object.keys(ledger.files)).toEqual(['rows.csv']);
  });
});
