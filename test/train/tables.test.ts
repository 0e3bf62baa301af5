import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tfc from '@tensorflow/tfjs-core';
import { afterEach, describe, expect } from 'vitest';
import type { FieldPlan, Input } from '../../core/contract/index.js';
import type { CacheRequest } from '../../core/data/cache/request.js';
import { decode } from '../../core/data/decode.js';
import { fitFields, planFields } from '../../core/data/fields.js';
import { type ItemSet, type Side, selectItems } from '../../core/data/item-set.js';
import type { Form } from '../../core/engine/form.js';
import { types } from '../../core/engine/graph-proto.js';
import { nativeBackend } from '../../core/engine/native.js';
import { Program } from '../../core/engine/step.js';
import { trace } from '../../core/engine/trace.js';
import { Tables } from '../../core/train/tables.js';
import { tableOf } from '../../plugins/sources/memory-table.js';
import { field } from '../data/field-plan.js';
import { nativeTest } from '../engine/native-test.js';

const SIZE = 300;
const SHAPE = [2, 2, 3];

let folder: string | null = null;
let opened: Awaited<ReturnType<typeof decode>> | null = null;
afterEach(() => {
  opened?.close?.();
  if (folder) rmSync(folder, { recursive: true });
  folder = null;
});

interface Images {
  readonly side: Side;
  readonly input: Input;
}

/** Images whose every place has every byte, under a scaling; in a cache, or in memory. */
async function images(scale: FieldPlan['scale'], kind: 'image' | 'vector', cached: boolean): Promise<Images> {
  const width = SHAPE.reduce((product, size) => product * size, 1);
  const cells = { x: Uint8Array.from({ length: SIZE * width }, (_, i) => Math.floor(i / width) + 7 * (i % width)) };
  const shape = kind === 'image' ? SHAPE : [width];
  const table = tableOf(cells, SIZE, { keys: String, where: (row) => ({ file: 'x', line: row }) });
  const specs = planFields({ x: { kind, shape, nullable: false } }, { x: { ...field, scale } }, new Set());
  const rows = Int32Array.from({ length: SIZE }, (_, row) => row);
  const fields = await fitFields(
    specs,
    (async function* () {
      yield await table.read(rows);
    })(),
  );
  folder = cached ? mkdtempSync(join(tmpdir(), 'siamese-tables-')) : null;
  const request: CacheRequest | undefined = folder
    ? { use: 'always', bytes: 0, folder, identity: async () => scale as string, note: () => {} }
    : undefined;
  opened = await decode({ table, fields }, request, 'left');
  return { side: opened, input: fields.inputs[0]! };
}

/** What a program reads as the rows of a side, which lie inside it. */
function insideProgram(
  { side, input }: Images,
  of: Int32Array,
  { form, rewrites }: { form: Form; rewrites: boolean },
): Float32Array {
  const backend = nativeBackend();
  const tables = new Tables(true);
  const value = {
    name: 'item.x',
    shape: [of.length, ...input.shape],
    dtype: 'float32' as const,
    values: () => Float32Array.of(),
  };
  const rows = { name: 'item#rows', side, input, of };
  tables.add([{ ...value, rows }]);
  const given = tfc.zeros([...value.shape]); // [rows, ...shape]
  const holder = tfc.variable(tfc.zeros([...value.shape]), false); // [rows, ...shape]
  const recorded = trace(backend, {
    inputs: { 'item.x': given },
    variables: [holder],
    compute: () => {
      holder.assign(tfc.neg(given));
      return { done: tfc.scalar(0) };
    },
  });
  const program = new Program(backend, {
    variables: [{ shape: value.shape, type: types.float }],
    tables: tables.holders,
    variants: [
      {
        trace: recorded,
        feeds: [{ name: rows.name, shape: [of.length], type: types.int32 }],
        gathered: [{ input: 'item.x', table: 0, rows: rows.name }],
        fused: [],
        results: ['done'],
        steps: 1,
        form,
      },
    ],
    passes: 1,
    rewrites,
  });
  try {
    tables.fill(program);
    program.push([holder]);
    program.run(0, 1, [tables.rowsIn(rows)]);
    return tfc.neg(program.pull()[0]!).dataSync() as Float32Array;
  } finally {
    program.dispose();
  }
}

describe('bytes inside a program stand for what the host makes of them, bit by bit', () => {
  for (const cached of [false, true])
    for (const [scale, kind] of [
      [null, 'image'],
      [[-1, 1], 'image'],
      [[0.1, 0.7], 'image'],
      ['none', 'image'],
      ['standardize', 'image'],
      ['standardize', 'vector'],
    ] as const) {
      nativeTest(`${kind}, scale ${JSON.stringify(scale)}, ${cached ? 'cached' : 'in memory'}`, async () => {
        const { side, input } = await images(scale, kind, cached);
        expect(side.stored!({ name: 'x' })).not.toBeNull();
        const all = Int32Array.from({ length: SIZE }, (_, row) => (row * 7) % SIZE);
        const chosen = Int32Array.from({ length: 40 }, (_, row) => SIZE - 1 - 3 * row);
        const whole: ItemSet = {
          left: side,
          right: side,
          groups: null,
          impostorOf: null,
          pairs: null,
          triplets: null,
          column: () => all,
        };
        const part = selectItems(whole, { left: chosen, right: chosen, pairs: null, triplets: null }).left;
        for (const form of ['graph', 'xla'] as const)
          for (const rewrites of [false, true]) {
            expect(insideProgram({ side, input }, all, { form, rewrites })).toEqual(side.gather(all)['x']);
            const few = Int32Array.of(39, 0, 7, 7);
            expect(insideProgram({ side: part, input }, few, { form, rewrites })).toEqual(part.gather(few)['x']);
          }
      });
    }
});
