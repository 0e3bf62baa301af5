import * as tfc from '@tensorflow/tfjs-core';
import type { Json } from '../../core/contract/index.js';
import { types } from '../../core/engine/graph-proto.js';
import { nativeBackend } from '../../core/engine/native.js';
import { Program } from '../../core/engine/step.js';
import { trace } from '../../core/engine/trace.js';
import { type CaseRequest, type CaseResult, openCase } from '../../core/run/case/evaluate-case.js';

/**
 * A distance or a loss as a compiled program computes it: recorded, built into a graph and run there, on the native engine.
 * Values and gradients come back through variables, as the weights of a training do.
 */
export function evaluateCompiled(request: CaseRequest & { readonly kind: 'distance' | 'loss' }): CaseResult {
  const { given, compute } = openCase(request);
  const flat = (): Record<string, tfc.Tensor> => {
    const { value, gradient = {} } = compute();
    return { value, ...Object.fromEntries(Object.entries(gradient).map(([name, by]) => [`by ${name}`, by])) };
  };
  const eager = flat();
  const names = Object.keys(eager);
  const holders = names.map((name) => tfc.variable(tfc.fill(eager[name]!.shape, Number.NaN), false)); // as what it holds
  const backend = nativeBackend();
  const recorded = trace(backend, {
    inputs: given,
    variables: holders,
    compute: () => {
      const found = flat();
      holders.forEach((holder, i) => void holder.assign(found[names[i]!]!));
      return { done: tfc.scalar(0) };
    },
  });
  if (recorded.refusal) throw new Error(recorded.refusal.cause);
  const feeds = Object.entries(given).map(([name, { shape, dtype }]) => ({ name, shape, type: types[dtype as 'float'] ?? types.float })); // biome-ignore format: one list
  const variant = {
    trace: recorded,
    feeds,
    gathered: [],
    fused: [],
    results: ['done'],
    steps: 1,
    form: 'graph',
  } as const;
  const program = new Program(backend, {
    variables: holders.map(({ shape }) => ({ shape, type: types.float })),
    tables: [],
    variants: [variant],
    passes: 1,
    rewrites: false,
  });
  try {
    program.push(holders.map((holder) => tfc.fill(holder.shape, Number.NaN))); // what it is to compute
    program.run(
      0,
      1,
      Object.values(given).map((tensor) => tensor.dataSync() as Float32Array),
    );
    const [value, ...gradients] = program.pull().map((tensor) => tensor.arraySync() as Json);
    const entries = names.slice(1).map((name, i) => [name.slice('by '.length), gradients[i]!]);
    return { value: value!, ...(entries.length > 0 ? { gradient: Object.fromEntries(entries) } : {}) };
  } finally {
    program.dispose();
  }
}
