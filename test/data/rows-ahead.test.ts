import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openRowsAhead, type RowsAhead } from '../../core/data/cache/rows-ahead.js';

/** What the threads run, as it is built. */
const built = new URL('../../dist/core/row-reader.js', import.meta.url);
const [ROWS, WIDTH] = [1000, 48];

let folder = '';
let ahead: RowsAhead | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'siamese-rows-'));
  writeFileSync(join(folder, 'items'), Buffer.alloc(ROWS * WIDTH, 7));
});
afterEach(() => {
  ahead?.close();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const open = (entry: URL): RowsAhead => {
  ahead = openRowsAhead([{ path: join(folder, 'items'), width: WIDTH }], entry);
  return ahead!;
};

/** A thread of the test's own. */
function thread(code: string): URL {
  const file = join(folder, 'thread.mjs');
  writeFileSync(file, `import { parentPort } from 'node:worker_threads';\n${code}`);
  return pathToFileURL(file);
}

it('is done once all rows are read, whatever their number', async () => {
  expect(existsSync(built), 'npm run build').toBe(true);
  const reading = open(built);
  for (const count of [0, 1, 3, 4, 257]) {
    await expect(reading.read(Int32Array.from({ length: count }, (_, i) => (i * 37) % ROWS))).resolves.toBeUndefined();
  }
});

it('a file that became shorter is told by whoever waits for its rows, and by nobody else', async () => {
  const reading = open(built);
  await reading.read(Int32Array.of(0, ROWS - 1));
  truncateSync(join(folder, 'items'), WIDTH * (ROWS - 1));
  await expect(reading.read(Int32Array.of(0, 1, 2, ROWS - 1))).rejects.toThrow(
    /items became shorter while it was in use/,
  );
  await reading.read(Int32Array.of(0, 1, 2));
});

it('of a file that is gone no row comes', async () => {
  rmSync(join(folder, 'items'));
  const reading = open(built);
  await expect(reading.read(Int32Array.of(5))).rejects.toMatchObject({
    problems: [
      { code: 'PLUGIN_FAILED', message: expect.stringMatching(/a thread that reads items ahead died: .*items/) },
    ],
  });
  await expect(reading.read(Int32Array.of(5))).rejects.toThrow('died'); // and none after it
});

it('while rows come from disks every batch is read, later one in eight, until one has to be waited for again', async () => {
  let fromDisk = 0;
  vi.spyOn(process, 'resourceUsage').mockImplementation(() => ({ fsRead: fromDisk }) as NodeJS.ResourceUsage);
  const reading = open(
    thread('parentPort.on("message", (rows) => parentPort.postMessage({ slow: Number(rows[0] === 9) }))'),
  );
  const isRead = async (row: number): Promise<boolean> => {
    const read = reading.read(Int32Array.of(row, row, row, row));
    await read;
    return read !== null;
  };
  const times = async (count: number, row = 0): Promise<number> => {
    let read = 0;
    for (let i = 0; i < count; i++) read += Number(await isRead(row));
    return read;
  };
  for (let i = 0; i < 40; i++) {
    fromDisk++;
    expect(await isRead(0)).toBe(true);
  }
  expect(await times(16)).toBe(16); // nothing comes from a disk any more
  expect(await times(80)).toBe(10);
  fromDisk++;
  expect(await times(8)).toBe(8); // the first of them shows it
  expect(await times(9)).toBe(9);
  expect(await times(80)).toBe(10);
  expect(await times(8, 9)).toBe(1); // nothing came from a disk that the system counts, but it took its time
  expect(await times(30, 9)).toBe(30);
});

it('without what the threads run nothing is read ahead', () => {
  expect(openRowsAhead([], new URL('nowhere.js', import.meta.url))).toBeNull();
});
