import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { openFiles } from '../../core/files/index.js';
import { readParquet } from '../../plugins/sources/rows/parquet/in-memory.js';
import { openParquet } from '../../plugins/sources/rows/parquet/open.js';
import { writeParquet } from '../plugins/sources/parquet-files.js';
import { damaged, fuzz, fuzzFolder } from './fuzz.js';

const folder = fuzzFolder();

async function good(name: string, query: string, options?: string): Promise<Uint8Array> {
  await writeParquet(join(folder, name), query, options);
  return Uint8Array.from(readFileSync(join(folder, name)));
}

test('any Parquet is rows or a problem', async () => {
  const files = [
    await good('a', 'SELECT range AS x, (range % 3)::VARCHAR AS g, [range, 1]::FLOAT[] AS v FROM range(50)'),
    await good('b', 'SELECT NULL::DOUBLE AS x, true AS y FROM range(9)', ', COMPRESSION zstd'),
  ];
  let number = 0;
  await fuzz('parquet', damaged(...files), async (bytes) => {
    const path = join(folder, `${number++}.parquet`); // a new one each time: files must not change while they are open
    writeFileSync(path, bytes);
    const door = openFiles({ folder });
    try {
      const declared = { text: new Set<string>(), truth: new Set<string>() };
      const request = { label: 'x', declared, only: null, filter: [], order: null };
      const parquet = await openParquet(door, [path], request);
      try {
        await readParquet(parquet);
      } finally {
        await parquet.close();
      }
    } finally {
      await door.close();
      rmSync(path);
    }
  });
}, 120_000);
