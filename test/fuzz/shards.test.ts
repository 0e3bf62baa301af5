import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { test } from 'vitest';
import { encodeNpy, openFiles } from '../../core/files/index.js';
import { byPosition, openShards, tableOfShards } from '../../plugins/sources/array-shards.js';
import { damaged, fuzz, fuzzFolder } from './fuzz.js';

const folder = fuzzFolder();

const npy = encodeNpy({ shape: [6, 2], dtype: 'float32', data: Float32Array.from({ length: 12 }, (_, i) => i) });
const npz = zipSync({ 'x.npy': npy }, { level: 0 });

/** Each input beside a good file of its kind, as one array. */
test.each([
  ['npy', npy],
  ['npz', npz],
] as const)('any shard of .%s is rows or a problem', async (ending, good) => {
  writeFileSync(join(folder, `a.${ending}`), good);
  await fuzz(`shards of .${ending}`, damaged(good), async (bytes) => {
    writeFileSync(join(folder, `b.${ending}`), bytes);
    const files = openFiles({ folder });
    try {
      const opened = await openShards(files, `*.${ending}`);
      const rows = Int32Array.from({ length: Math.min(opened.size, 1000) }, (_, row) => row);
      if (byPosition(opened)) await tableOfShards(opened, 'items').read(rows);
      await opened.close();
    } finally {
      await files.close();
    }
  });
});
