import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onTerminal, screenOf } from './screen.js';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'siamese-progress-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ERASED = '\r\u001b[K';

/** Its schedule talks in the middle of training, in all the ways that a plugin may. */
const talking = `import { definePlugin, Schedule } from 'siamese';
export default definePlugin(Schedule, {
  name: 'test/talking',
  summary: 'Talks.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  create: (_, { log }) => ({
    factor({ step }) {
      if (step === 20) log.warn('a warning of a plugin');
      if (step === 25) console.warn('what console.warn says');
      if (step === 30) process.stdout.write('no line feed');
      return 1;
    },
  }),
});
`;
const recipe = `version: 1
name: talk
plugins: [./talking.mjs]
data:
  source: { type: synthetic, groups: 20, perGroup: 12 }
  split: { type: unseen-groups, validation: 0.3, test: 0.2 }
encoder: { type: mlp, hidden: [8], dimensions: 4 }
loss: contrastive
train: { epochs: 4, batchSize: 8, schedule: test/talking }
evaluate: { every: 6, metrics: [verification], baselines: off }
`;
beforeAll(() => {
  writeFileSync(join(folder, 'talking.mjs'), talking);
  writeFileSync(join(folder, 'talk.yaml'), recipe);
});

const hasTerminals = spawnSync('script', ['-qec', 'stty -a', '/dev/null']).status === 0;
const command = (out: string): string => `${process.execPath} ${main} run talk.yaml --engine portable --out ${out}`;

describe('progress on a terminal', () => {
  for (const columns of [80, 40]) {
    it(`leaves clean lines at ${columns} columns, with evaluations and warnings in between`, async (context) => {
      if (!hasTerminals) context.skip('there is no `script` of util-linux, which gives a test its terminal');
      const { status, written } = await onTerminal(command(`out-${columns}`), { cwd: folder, columns });
      expect(status, written).toBe(0);
      const bars = written.split(ERASED).filter((text) => /^[█░]/.test(text));
      expect(bars.length).toBeGreaterThan(1);
      for (const bar of bars) expect([...bar.split('\r')[0]!].length).toBeLessThan(columns);
      const rows = screenOf(written, columns);
      expect(rows.join('\n')).not.toMatch(/[█░]/);
      for (const line of ['warning  a warning of a plugin', 'what console.warn says', 'no line feed', 'evaluating'])
        expect(rows).toContain(line);
      const epochs = rows.filter((row) => /\b\d\/4 /.test(row));
      expect(epochs.map((row) => /(\d)\/4/.exec(row)![1])).toEqual(['1', '2', '3', '4']);
      expect(rows.filter((row) => /^step \d+ {2}verification\.rocAuc/.test(row)).length).toBeGreaterThan(2);
    });
  }

  it('draws no bar and no colour on a terminal that cannot erase', async (context) => {
    if (!hasTerminals) context.skip('there is no `script` of util-linux, which gives a test its terminal');
    const { status, written } = await onTerminal(command('dumb'), { cwd: folder, columns: 80, env: { TERM: 'dumb' } });
    expect(status, written).toBe(0);
    expect(written).not.toContain('\u001b');
    expect(written).not.toMatch(/[█░]/);
    expect(written).toMatch(/epoch 4\/4 .* steps\/s/);
  });

  it('draws the bar without colours under NO_COLOR', async (context) => {
    if (!hasTerminals) context.skip('there is no `script` of util-linux, which gives a test its terminal');
    const { written } = await onTerminal(command('plain'), { cwd: folder, columns: 80, env: { NO_COLOR: '1' } });
    const colours = written.split('\u001b').filter((text) => /^\[[0-9;]*m/.test(text));
    expect(colours).toEqual([]);
    expect(written).toMatch(/[█░]/);
  });
});
