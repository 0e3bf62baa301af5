import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLines } from '../../core/files/index.js';
import { messageOf } from './problem-of.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siamese-lines-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const path = (): string => join(folder, 'run', 'metrics.jsonl');
const text = (): Promise<string> => readFile(path(), 'utf8');

describe('openLines', () => {
  it('appends lines that are there at once, and counts bytes', async () => {
    const lines = openLines(path());
    lines.append({ loss: 1.5 });
    expect(await text()).toBe('{"loss":1.5}\n');
    lines.append({ text: 'é\n', loss: Number.NaN });
    lines.sync();
    expect(await text()).toBe('{"loss":1.5}\n{"text":"é\\n","loss":null}\n');
    expect(lines.bytes).toBe(Buffer.byteLength(await text()));
    lines.close();
    lines.close();
  });

  it('knows the hash of its bytes, of those too that were there before', async () => {
    const sha256 = async (): Promise<string> =>
      createHash('sha256')
        .update(await readFile(path()))
        .digest('hex');
    const first = openLines(path());
    first.append('x'.repeat(100_000));
    expect(first.hash).toBe(await sha256());
    const { bytes } = first;
    first.append({ a: 'é' });
    expect(first.hash).toBe(await sha256());
    first.close();
    const second = openLines(path(), bytes);
    expect(second.hash).toBe(await sha256());
    second.append(2);
    expect(second.hash).toBe(await sha256());
    second.close();
  });

  it('cuts off a line that a crash tore', async () => {
    openLines(path()).close();
    const long = `{"a":"${'x'.repeat(200_000)}`;
    await writeFile(path(), `{"a":1}\n${long}`);
    const lines = openLines(path());
    expect(lines.bytes).toBe(8);
    lines.append(2);
    lines.close();
    expect(await text()).toBe('{"a":1}\n2\n');
    await writeFile(path(), 'torn from the start');
    openLines(path()).close();
    expect(await text()).toBe('');
  });

  it('goes back to where a checkpoint was', async () => {
    const first = openLines(path());
    first.append(1);
    const { bytes } = first;
    first.append(22);
    first.close();
    const second = openLines(path(), bytes);
    second.append(3);
    second.close();
    expect(await text()).toBe('1\n3\n');
    expect(await messageOf(() => openLines(path(), 40), folder)).toBe(
      'RUN_FOLDER run/metrics.jsonl ends at byte 4, the checkpoint continues it at 40',
    );
    expect(await messageOf(() => openLines(path(), 3), folder)).toContain('ends at byte 2');
    expect(await text()).toBe('1\n3\n');
  });

  it('says why it cannot write', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await messageOf(() => openLines(join(folder, 'file', 'x')), folder)).toMatch(
      /^OUTPUT cannot write file\/x: /,
    );
    const lines = openLines(path());
    expect(() => lines.append(undefined)).toThrow('a line needs a value');
    expect(lines.bytes).toBe(0);
    lines.close();
  });

  it.runIf(process.platform === 'linux')('a full disk is a problem', async () => {
    const lines = openLines('/dev/full');
    expect(await messageOf(() => lines.append(1))).toBe('OUTPUT cannot write /dev/full: the disk is full (ENOSPC)');
    expect(lines.bytes).toBe(0);
    lines.close();
  });
});
