import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect } from 'vitest';
import { difference, type Trace, trace } from '../../core/engine/trace.js';
import { guarded } from '../../core/problem/index.js';
import { onEngine } from '../run/command.js';

/** Records a computation on the native engine; a variable of three numbers stands beside it. */
async function record(compute: (x: tfc.Tensor, w: tfc.Variable) => Record<string, tfc.Tensor>) {
  const { nativeBackend, openNative } = await import('../../core/engine/native.js');
  await openNative();
  const x = tfc.tensor1d([1, 2, 3]);
  const w = tfc.variable(tfc.tensor1d([0.5, 0.5, 0.5]));
  const before = tfc.memory().numTensors;
  const once = (): Trace => trace(nativeBackend(), { inputs: { x }, variables: [w], compute: () => compute(x, w) });
  const records = [once(), once()] as const;
  expect(tfc.memory().numTensors).toBe(before);
  tfc.dispose([x, w]);
  return records;
}
const opsOf = ({ entries }: Trace): string[] =>
  entries.map((entry) => (entry.kind === 'operation' ? entry.op : 'const'));

describe('trace', () => {
  onEngine('native', 'writes down operations, constants, and where each value comes from', async () => {
    const [first, second] = await record((x, w) => ({ y: tfc.mul(tfc.add(x, w), 4) }));
    expect(opsOf(first)).toEqual(['Add', 'const', 'Mul']);
    expect(first.outputs).toEqual({ y: { from: 'entry', entry: 2, output: 0 } });
    expect(first.entries[0]).toMatchObject({ inputs: [{ from: 'input', name: 'x' }, { from: 'variable', variable: 0 }] }); // biome-ignore format: one case
    expect(first.entries[1]).toMatchObject({ type: 1, shape: [], bytes: Buffer.from(Float32Array.of(4).buffer) });
    expect([first.refusal, difference(first, second), first.assigned.size]).toEqual([null, null, 0]);
  });

  onEngine('native', 'takes older tensors for constants, by their values', async () => {
    const older = tfc.keep(tfc.square(tfc.tensor1d([1, 2, 3])));
    const [first] = await record((x) => ({ y: tfc.add(x, older) }));
    expect(first.entries[0]).toMatchObject({ shape: [3], bytes: Buffer.from(Float32Array.of(1, 4, 9).buffer) });
    older.dispose();
  });

  onEngine('native', 'sees what a variable becomes', async () => {
    const [first] = await record((x, w) => {
      w.assign(tfc.add(w, x));
      return { y: tfc.square(w) };
    });
    expect(first.assigned.get(0)).toEqual({ from: 'entry', entry: 0, output: 0 });
    expect(first.entries[1]).toMatchObject({ op: 'Square', inputs: [{ from: 'entry', entry: 0, output: 0 }] });
  });

  onEngine('native', 'names who makes in JavaScript what differs from call to call', async () => {
    let calls = 0;
    const [first, second] = await record((x) => ({ y: guarded('loss acme/x', () => tfc.mul(x, ++calls)) }));
    expect(first.refusal).toBeNull();
    expect(difference(first, second)?.part).toBe('loss acme/x');
  });

  onEngine('native', 'refuses reading and drawing, and lets both happen', async () => {
    let read = 0;
    const [reading] = await record((x) => {
      read = guarded('the encoder', () => tfc.sum(x).dataSync()[0]!);
      return { y: x };
    });
    expect([read, reading.refusal?.part]).toEqual([6, 'the encoder']);
    expect(reading.refusal?.cause).toContain('reads a tensor');
    const [drawing] = await record((x) => ({ y: tfc.mul(x, Math.random()) }));
    expect(drawing.refusal?.cause).toContain('Math.random');
    expect(Math.random()).not.toBe(Math.random());
  });
});
