import { describe, expect, it } from 'vitest';
import { formOf, isRewritten } from '../../core/engine/form.js';
import type { Trace, TraceEntry } from '../../core/engine/trace.js';

const traceOf = (...ops: readonly string[]): Trace => traceWith([], ops);
const traceWith = (shape: readonly number[], ops: readonly string[]): Trace => ({
  entries: ops.map((op): TraceEntry => {
    return { kind: 'operation', op, attributes: [], inputs: [], shapes: [shape], types: [1], part: null };
  }),
  outputs: {},
  assigned: new Map(),
  refusal: null,
});

describe('formOf', () => {
  it('compiles small graphs of plain operations, where the training is long', () => {
    expect(formOf(traceOf('MatMul', 'Add', 'Relu', 'ReluGrad'), 1000)).toBe('xla');
    expect(formOf(traceOf('MatMul', 'Add', 'Relu', 'ReluGrad'), 999)).toBe('graph');
    expect(formOf(traceOf(...new Array<string>(401).fill('Add')), 5000)).toBe('graph');
  });

  it('leaves large values to the kernels', () => {
    expect(formOf(traceWith([256, 256], ['MatMul', 'Add']), 5000)).toBe('xla');
    expect(formOf(traceWith([256, 257], ['MatMul', 'Add']), 5000)).toBe('graph');
  });

  it.each(['Conv2D', 'MaxPool', 'StatelessRandomUniform', 'SomethingNew'])('leaves %s to its kernel', (op) => {
    expect(formOf(traceOf('MatMul', op), 5000)).toBe('graph');
  });
});

describe('isRewritten', () => {
  it('lets TensorFlow rewrite the graph of a long training only', () => {
    expect(isRewritten({ weights: 240_000, steps: 800, batchSize: 512 })).toBe(true);
    expect(isRewritten({ weights: 5_000, steps: 1_000, batchSize: 64 })).toBe(false);
  });
});
