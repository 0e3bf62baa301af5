import type * as tfc from '@tensorflow/tfjs-core';
import { nativeBackend } from '../../core/engine/native.js';
import type { Reference, Trace } from '../../core/engine/trace.js';

/** What was recorded, and what it was computed from. */
export interface Recorded {
  readonly record: Trace;
  readonly inputs: Readonly<Record<string, tfc.Tensor>>;
  readonly variables: readonly tfc.Variable[];
}

/** Runs a record, operation by operation, and gives the outputs' values. */
export function replay({ record, inputs, variables }: Recorded): number[][] {
  const { binding, getInputTensorIds } = nativeBackend();
  const idsOf = getInputTensorIds.bind(nativeBackend());
  const made: { readonly id: number }[][] = [];
  const idOf = (reference: Reference): number => {
    if (reference.from === 'input') return idsOf([inputs[reference.name]!])[0]!;
    if (reference.from === 'variable') return idsOf([variables[reference.variable]!])[0]!;
    return made[reference.entry]![reference.output]!.id;
  };
  for (const entry of record.entries) {
    if (entry.kind === 'constant') {
      const Type = entry.type === 1 ? Float32Array : Int32Array;
      const values = new Type(Uint8Array.from(entry.bytes).buffer);
      made.push([{ id: binding.createTensor(entry.shape, entry.type, values) }]);
    } else made.push(binding.executeOp(entry.op, entry.attributes, entry.inputs.map(idOf), entry.shapes.length));
  }
  return Object.values(record.outputs).map((output) => [...(binding.tensorDataSync(idOf(output)) as Float32Array)]);
}

export const opsOf = ({ entries }: Trace): string[] =>
  entries.flatMap((entry) => (entry.kind === 'operation' ? [entry.op] : []));
