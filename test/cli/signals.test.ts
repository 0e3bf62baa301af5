import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'siamese-signals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  const recipe = `version: 1
name: long
data: { source: { type: synthetic, groups: 9, perGroup: 50 } }
encoder: { type: mlp, hidden: [8], dimensions: 4 }
loss: contrastive
train: { epochs: 100000, batchSize: 16 }
`;
  writeFileSync(join(folder, 'long.yaml'), recipe);
});

/** Runs until the first epoch is told, then sends the signals, half a second apart. */
function interrupt(out: string, signals: readonly NodeJS.Signals[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [main, 'run', 'long.yaml', '--out', out], { cwd: folder });
  let stderr = '';
  let sent = false;
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (sent || !stderr.includes('epoch 2/')) return;
    sent = true;
    for (const [i, signal] of signals.entries()) setTimeout(() => child.kill(signal), i * 500);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
}

describe('signals', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`${signal}: finishes the step, keeps a checkpoint, ends with status 130`, async () => {
      const { code, stderr } = await interrupt(signal, [signal]);
      expect(code).toBe(130);
      expect(stderr).toContain('stopping after this step');
      const result = JSON.parse(readFileSync(join(folder, signal, 'result.json'), 'utf8')) as { status: string };
      expect(result.status).toBe('interrupted');
      expect(readdirSync(join(folder, signal, 'checkpoints')).length).toBeGreaterThan(0);
      expect(readdirSync(join(folder, signal)).filter((name) => name.startsWith('.lock'))).toEqual([]);
      expect(existsSync(join(folder, signal, 'model'))).toBe(false);
    });
  }
});
