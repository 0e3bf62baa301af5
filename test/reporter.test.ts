import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'siamese-reporter-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function vitest(files: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const args = ['run', '--root', root, '--globals', '--reporter=default'];
  const { status, stdout } = spawnSync(
    process.execPath,
    [here('../node_modules/vitest/vitest.mjs'), ...args, `--reporter=${here('reporter.ts')}`],
    { cwd: root, encoding: 'utf8', env: { ...process.env, SIAMESE_TEST_COUNTS: '', ...environment } },
  );
  return { status, lines: stdout.trimEnd().split('\n') };
}

describe('the reporter', () => {
  it('ends with the counts, and says before them why a test was skipped', () => {
    const { status, lines } = vitest({
      'a.test.js': `test('right', () => {}); test('wrong', () => expect(1).toBe(2));
        test('away', (context) => context.skip('no engine here')); test.todo('later');`,
      'b.test.js': `describe('deep', () => { test('right', () => {}); });`,
      'broken.test.js': `throw new Error('cannot be loaded');`,
    });
    expect(status).toBe(1);
    expect(lines.at(-1)).toBe('2 passed, 2 failed, 2 skipped');
    expect(lines).toContain('skipped: a.test.js > away: no engine here');
    expect(lines).toContain('skipped: a.test.js > later: no reason given');
  });
  it('leaves the counts in a file for a program that adds to them', () => {
    const counts = join(root, 'counts.json');
    const { lines } = vitest({ 'a.test.js': `test('right', () => {});` }, { SIAMESE_TEST_COUNTS: counts });
    expect(JSON.parse(readFileSync(counts, 'utf8'))).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(lines.join('\n')).not.toMatch(/\d+ passed, \d+ failed/);
  });
  it('counts an error outside any test, and a file without a test', () => {
    const { lines } = vitest({
      'a.test.js': `test('right', async () => { setTimeout(() => { throw new Error('late'); }, 0); await new Promise((done) => setTimeout(done, 50)); });`,
      'empty.test.js': '',
    });
    expect(lines.at(-1)).toBe('1 passed, 2 failed, 0 skipped');
  });
});
