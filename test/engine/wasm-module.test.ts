import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const jiti = fileURLToPath(new URL('../../node_modules/jiti/lib/jiti-cli.mjs', import.meta.url));
const script = fileURLToPath(new URL('./open-threads.ts', import.meta.url));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
/** A process of its own: whether it ends is part of what is tested. */
function open(...words: string[]): Ended {
  return spawnSync(process.execPath, [jiti, script, ...words], { encoding: 'utf8', timeout: 40_000 });
}

describe('the WebAssembly module', () => {
  test('gives the same bytes with one thread and with several, says nothing, and lets the process end', () => {
    const [one, three] = [open('1'), open('3')];
    expect([one.status, one.stderr, three.status, three.stderr]).toEqual([0, '', 0, '']);
    const [count, bytes] = one.stdout.trim().split(' ');
    expect([count, bytes]).toEqual(['1', expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(three.stdout.trim().split(' ')).toEqual(['3', bytes]);
  });

  test('leaves an uncaught error to the process, with threads too', () => {
    const { status, stderr } = open('2', 'throw');
    expect(status).toBe(1);
    expect(stderr).toContain('of this process itself');
    expect(stderr).not.toContain('tfjs-backend-wasm');
  });
});
