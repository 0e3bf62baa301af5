import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTurn } from '../../core/files/index.js';

let folder = '';
let lock = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siamese-turn-'));
  lock = join(folder, 'deep', 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hold = async (holder: object | null, age = 0): Promise<void> => {
  await mkdir(lock, { recursive: true });
  if (holder) await writeFile(join(lock, 'holder.json'), JSON.stringify(holder));
  const then = new Date(Date.now() - age);
  await utimes(lock, then, then);
};
const nobody = (): void => {};
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}

describe('inTurn', () => {
  it('lets one after the other in, and tells the second once for whom it waits', async () => {
    const order: string[] = [];
    const told: number[] = [];
    const first = inTurn(lock, nobody, async () => {
      order.push('first in');
      await wait(350);
      order.push('first out');
    });
    await wait(50);
    await inTurn(
      lock,
      (pid) => told.push(pid),
      async () => void order.push('second in'),
    );
    await first;
    expect(order).toEqual(['first in', 'first out', 'second in']);
    expect(told).toEqual([process.pid]);
    expect(existsSync(lock)).toBe(false);
  });
  it('gives the turn back when the work throws', async () => {
    await expect(inTurn(lock, nobody, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await inTurn(lock, nobody, async () => 'in')).toBe('in');
  });
  it('takes over at once from a process of this machine that is gone', async () => {
    await hold({ pid: await deadPid(), host: hostname() });
    expect(
      await inTurn(
        lock,
        () => expect.unreachable('it waited'),
        async () => 'in',
      ),
    ).toBe('in');
  });
  it('takes over from another machine once its folder has not been touched for long', async () => {
    await hold({ pid: 1, host: 'elsewhere' }, 31_000);
    expect(await inTurn(lock, nobody, async () => 'in')).toBe('in');
  });
  it('waits for another machine that touches its folder, and for a holder that has not signed yet', async () => {
    for (const holder of [{ pid: 1, host: 'elsewhere' }, null]) {
      await hold(holder, 5_000);
      const turn = inTurn(lock, nobody, async () => 'in');
      expect(await Promise.race([turn, wait(300, 'waiting')])).toBe('waiting');
      await rm(lock, { recursive: true });
      expect(await turn).toBe('in');
    }
  });
});
