import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tfc from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { types } from '../../core/engine/graph-proto.js';
import { nativeBackend } from '../../core/engine/native.js';
import { scatter } from '../../core/engine/scattered-pages.js';
import { installedPackage } from '../../core/engine/status.js';
import { Program } from '../../core/engine/step.js';
import { trace } from '../../core/engine/trace.js';
import { nativeTest } from './native-test.js';

const MIB = 2 ** 20;
const [ROWS, WIDTH] = [256, MIB];

/** A file of zeros that takes no room, as the table of a program that reads its rows. */
function program(path: string, rewrites: boolean): Program {
  const row = tfc.zeros([1, WIDTH]); // [1, WIDTH]
  const recorded = trace(nativeBackend(), {
    inputs: { row },
    variables: [],
    compute: () => ({ sum: tfc.sum(row) }), // []
  });
  const variant = {
    trace: recorded,
    feeds: [{ name: 'rows', shape: [1], type: types.int32 }],
    gathered: [{ input: 'row', table: 0, rows: 'rows' }],
    fused: [],
    results: ['sum'],
    steps: 1,
    form: 'graph',
  } as const;
  const meaning = { shape: [], centers: Float64Array.of(-1), factors: Float64Array.of(0.5) };
  const table = { shape: [ROWS, WIDTH], type: types.uint8, file: path, meaning };
  return new Program(nativeBackend(), { variables: [], tables: [table], variants: [variant], passes: 1, rewrites });
}

const anonymous = (): number =>
  Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
const flagsOf = (path: string): string[] =>
  [
    ...readFileSync('/proc/self/smaps', 'utf8').matchAll(
      /\n?[\da-f]+-[\da-f]+ .*? (\/\S+)\n(?:\w+:.*\n)*?VmFlags: (.*)\n/g,
    ),
  ]
    .filter(([, file]) => file === path)
    .map(([, , flags]) => flags!);

for (const rewrites of [false, true])
  nativeTest(`a file of ${ROWS} MiB stays mapped, its pages for reading here and there; rewrites ${rewrites}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'siamese-mapped-'));
    const path = join(folder, 'items');
    closeSync(openSync(path, 'w'));
    truncateSync(path, ROWS * WIDTH);
    symlinkSync(folder, join(folder, 'elsewhere'));
    try {
      program(path, rewrites).dispose(); // what TensorFlow takes for itself
      const before = anonymous();
      const mapped = program(join(folder, 'elsewhere', 'items'), rewrites);
      mapped.fill([null]);
      for (const row of [3, 200]) expect(mapped.run(0, 1, [Int32Array.of(row)])[0]).toBe(WIDTH / 2);
      expect(anonymous() - before).toBeLessThan(64);
      if (installedPackage() === null) expect(flagsOf(path)).toEqual([expect.stringMatching(/\brr\b/)]);
      mapped.dispose();
      expect(scatter(path)).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
