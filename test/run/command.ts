import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, test } from 'vitest';
import { nativeStatus } from '../../core/engine/status.js';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));

/** A folder that is removed when the tests of this file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'siamese-run-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the built command in a process of its own; resolves to its stdout. Errors: its stderr, where it does not end with 0. */
export function siamese(...args: readonly string[]): Promise<string> {
  if (!existsSync(main)) throw new Error('dist/ is not built: run `npm run build`');
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      texts[name] += chunk.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0
        ? resolve(texts.stdout)
        : reject(new Error(`siamese ${args.join(' ')} ended with ${status}\n${texts.stderr}`)),
    );
  });
}

/** With one of these set the absence of the native engine fails a test instead of skipping it. */
const required = process.env.SIAMESE_REQUIRE_NATIVE === '1' || Boolean(process.env.CI);

/** A test that starts processes on an engine; without a native one its tests are skipped, saying why. */
export function onEngine(
  engine: 'native' | 'portable',
  name: string,
  body: () => Promise<void>,
  timeout?: number,
): void {
  test(
    `${engine}: ${name}`,
    async (context) => {
      if (engine === 'native' && !required) {
        const { state, reason } = await nativeStatus();
        if (state !== 'ready') context.skip(`the native engine is ${state}${reason === null ? '' : ` (${reason})`}`);
      }
      await body();
    },
    timeout,
  );
}
