import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../core/files/index.js';
import { messageOf } from './problem-of.js';

let folder = '';
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siamese-lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function startProcess(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout!, 'data');
  return child as ChildProcess & { pid: number };
}
const startOf = async (pid: number): Promise<string | null> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
};
const since = '2026-01-02T03:04:05.000Z';
const leave = (holder: object): Promise<void> =>
  writeFile(join(folder, '.lock-77-0a1b2c3d'), JSON.stringify({ host: hostname(), since, start: null, ...holder }));

describe('lockFolder', () => {
  it('is for one at a time, and can be had again', async () => {
    const lock = await lockFolder(join(folder, 'run'));
    expect(await messageOf(() => lockFolder(join(folder, 'run')), folder)).toMatch(
      new RegExp(`^OUTPUT run is in use by process ${process.pid} since \\d{4}-.*Z: wait for it, or end it$`),
    );
    await lock.release();
    await lock.release();
    expect(await readdir(join(folder, 'run'))).toEqual([]);
    await (await lockFolder(join(folder, 'run'))).release();
  });

  it('of several at once at most one holds it', async () => {
    const ends = await Promise.allSettled(Array.from({ length: 4 }, () => lockFolder(folder)));
    const locks = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(locks.length).toBeLessThanOrEqual(1);
    for (const lock of locks) await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused while another process holds it, and taken over when that was killed', async () => {
    const other = await startProcess();
    await leave({ pid: other.pid, start: await startOf(other.pid) });
    expect(await messageOf(() => lockFolder(folder), folder)).toBe(
      `OUTPUT <folder> is in use by process ${other.pid} since ${since}: wait for it, or end it`,
    );
    other.kill('SIGKILL');
    await once(other, 'exit');
    const lock = await lockFolder(folder);
    expect(await readdir(folder)).toHaveLength(1);
    await lock.release();
  });

  it.runIf(process.platform === 'linux')('a later process of the same number does not count', async () => {
    const other = await startProcess();
    await leave({ pid: other.pid, start: '1' });
    await (await lockFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('of another machine it cannot tell, and says what to remove', async () => {
    await leave({ pid: 77, host: 'elsewhere' });
    expect(await messageOf(() => lockFolder(folder), folder)).toBe(
      `OUTPUT <folder> is in use by process 77 on elsewhere since ${since}: if that process is gone, remove .lock-77-0a1b2c3d`,
    );
  });

  it('a damaged lock counts for nothing', async () => {
    await writeFile(join(folder, '.lock-77-0a1b2c3d'), '{"pid":');
    await (await lockFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });
});
