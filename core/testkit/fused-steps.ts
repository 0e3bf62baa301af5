import * as tfc from '@tensorflow/tfjs-core';
import { types } from '../engine/graph-proto.js';
import { nativeBackend } from '../engine/native.js';
import { Program } from '../engine/step.js';
import type { Feed } from '../engine/step-spec.js';
import { trace } from '../engine/trace.js';

/** What a fused operation is given: of one weight, over several steps. */
export interface FusedSteps {
  readonly op: string;
  readonly attributes: Readonly<Record<string, number | boolean>>;
  readonly weight: tfc.Tensor;
  /** As they start, each of the weight's shape. */
  readonly slots: Readonly<Record<string, tfc.Tensor>>;
  /** Of each step, one after another: [steps, ...shape of the weight]. */
  readonly gradients: Float32Array;
  readonly learningRate: number;
  readonly steps: number;
}

/** The weight and its slots after steps of a compiled program that has nothing but the fused update. Needs the native engine. */
export function fusedSteps({ op, attributes, weight, slots, gradients, learningRate, steps }: FusedSteps): {
  readonly weight: readonly number[];
  readonly slots: Readonly<Record<string, readonly number[]>>;
} {
  const { shape } = weight;
  const backend = nativeBackend();
  const start = [weight, ...Object.values(slots)];
  const variables = start.map((values) => tfc.variable(values, false)); // shape of the weight
  const inputs = { gradient: tfc.zeros(shape), rate: tfc.scalar(0), number: tfc.scalar(0) };
  const compute = (): Record<string, tfc.Tensor> => ({ loss: tfc.sum(inputs.gradient), gradient: inputs.gradient }); // [], shape
  const recorded = trace(backend, { inputs, variables, compute });
  const places = Object.fromEntries(Object.keys(slots).map((name, i) => [name, i + 1]));
  const gradient = recorded.outputs['gradient']!;
  const update = { op, attributes, weight: 0, slots: places, gradient, learningRate: 'rate', step: 'number' };
  const feeds = Object.entries(inputs).map(([name, { shape: own }]): Feed => ({ name, shape: own, type: types.float }));
  const variant = { trace: recorded, feeds, gathered: [], fused: [update], results: ['loss'], steps, form: 'graph' } as const; // biome-ignore format: one program
  const holders = variables.map(() => ({ shape, type: types.float }));
  const program = new Program(backend, {
    variables: holders,
    tables: [],
    variants: [variant],
    passes: 1,
    rewrites: false,
  });
  try {
    program.push(variables);
    const numbers = Float32Array.from({ length: steps }, (_, i) => i + 1);
    program.run(0, steps, [gradients, new Float32Array(steps).fill(learningRate), numbers]);
    const [moved, ...own] = program.pull().map((values) => Array.from(values.dataSync()));
    return { weight: moved!, slots: Object.fromEntries(Object.keys(slots).map((name, i) => [name, own[i]!])) };
  } finally {
    program.dispose();
  }
}
