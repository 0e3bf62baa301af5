import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'siamese-ending-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const tracker = `import { definePlugin, Tracker } from 'siamese';
export default definePlugin(Tracker, {
  name: 'test/ends',
  summary: 'Ends the process in a way of its own.',
  options: { type: 'object', additionalProperties: false, properties: { how: { type: 'string', default: '', description: 'How.' } } },
  create: ({ how }) => ({
    async open() {
      if (how === 'exit') process.exit(0);
      if (how === 'never') await new Promise(() => {});
      if (how === 'timer') setTimeout(() => { throw new Error('too late'); });
      if (how === 'rejection') Promise.reject(new Error('not caught'));
      console.log('printed by a plugin');
      return { record() {}, position: () => null, async close() {} };
    },
  }),
});
`;
  const recipe = `version: 1
name: ends
engine: portable
plugins: [./ends.mjs]
vars: { how: '' }
data: { source: { type: synthetic, groups: 6, perGroup: 12 } }
encoder: { type: mlp, hidden: [4], dimensions: 2 }
loss: contrastive
train: { steps: 4, batchSize: 8 }
evaluate: { metrics: [verification], baselines: off }
trackers: [{ type: test/ends, how: '\${vars.how}' }]
`;
  writeFileSync(join(folder, 'ends.mjs'), tracker);
  writeFileSync(join(folder, 'ends.yaml'), recipe);
});

const run = (how: string) => {
  const args = [main, 'run', 'ends.yaml', '--json', '--set', `vars.how=${how}`, '--out', `run-${how}`];
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
};

describe('a plugin that ends the process before the command has come to its end', () => {
  it.each([
    ['exit', 'code of a plugin called process.exit(0)'],
    ['never', 'what it waits for never comes, such as a promise of a plugin'],
    ['timer', 'an error came where nothing waits for it, such as in a timer of a plugin: Error: too late'],
    ['rejection', 'an error came where nothing waits for it, such as in a timer of a plugin: Error: not caught'],
  ])('by %s: status 3, and a word about it', (how, why) => {
    const { status, stdout, stderr } = run(how);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`siamese did not come to its end: ${why}`);
    expect(stderr).toMatch(/what the run has kept goes on with `siamese run --resume RUN`\n$/);
    expect(stderr.match(/did not come to its end/g)).toHaveLength(1);
  });

  it('what it prints goes to stderr: stdout has the result alone', () => {
    const { status, stdout, stderr } = run('no');
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', training: { steps: 4 } });
    expect(stderr).toContain('printed by a plugin\n');
  });
});
