import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = join(root, 'dist/core/cli/main.js');

/** A folder that is removed when the tests of this file are done. */
export function workFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'siamese-validate-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command in a folder. */
export function siameseIn(cwd: string, args: readonly string[], node: readonly string[] = []): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, main, ...args], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

export const sound = `version: 1
name: sound
data: { source: { type: synthetic, groups: 12, perGroup: 20 } }
encoder: mlp
loss: contrastive
`;
