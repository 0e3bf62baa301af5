import * as tfc from '@tensorflow/tfjs-core';
import { ForwardProgram } from '../engine/forward.js';
import { Inexpressible } from '../engine/graph.js';
import { types } from '../engine/graph-proto.js';
import type { NativeBackend } from '../engine/native-backend.js';
import { rewritten } from '../engine/rewrite.js';
import { difference, type Refusal, type Trace, trace } from '../engine/trace.js';
import { guarded } from '../problem/index.js';
import type { BuiltEncoder } from '../train/encoder.js';
import { type Embedder, evaluationStep } from './embed.js';

/** An encoder of evaluation that is one native call a batch, recorded at the first. */
export interface RecordedEmbedder extends Embedder {
  dispose(): void;
}

/**
 * The encoder recorded, on the native engine; null elsewhere. It reads the weights as they stand at each call. `refused` is
 * called once, where it cannot be compiled: it then runs operation by operation.
 */
export function recordedEmbedder(
  encoder: Pick<BuiltEncoder, 'inputs' | 'dimensions' | 'weights' | 'apply'>,
  refused: (refusal: Refusal) => void,
): RecordedEmbedder | null {
  if (tfc.getBackend() !== 'tensorflow') return null;
  const backend = tfc.backend() as NativeBackend;
  const weights = encoder.weights.map(({ variable }) => variable);
  /** null: refused. */
  let program: ForwardProgram | null | undefined;
  const refuse = (refusal: Refusal): null => {
    refused(refusal);
    program?.dispose();
    program = null;
    return null;
  };
  const begin = (inputs: readonly tfc.Tensor[]): Float32Array | null => {
    const recorded = record(backend, encoder, inputs);
    if (recorded.refusal) return refuse(recorded.refusal);
    try {
      program = new ForwardProgram(backend, specOf(recorded, encoder, inputs));
      return program.run(weights, inputs); // TensorFlow reads a graph when it first runs it
    } catch (error) {
      const { message } = error as Error;
      return refuse({
        part: null,
        cause: error instanceof Inexpressible ? message : `is refused by TensorFlow as a graph: ${message}`,
      });
    }
  };
  return {
    inputs: encoder.inputs,
    dimensions: encoder.dimensions,
    apply: (inputs, step) => encoder.apply(inputs, step), // [rows, dimensions]
    batch(inputs) {
      if (program === null) return null;
      return program ? program.run(weights, inputs) : begin(inputs);
    },
    dispose: () => program?.dispose(),
  };
}

const OUTPUT = 'embedding';

/** Once to warm up, then twice, which must agree: as a step of training is recorded. */
function record(
  backend: NativeBackend,
  encoder: Pick<BuiltEncoder, 'inputs' | 'weights' | 'apply'>,
  tensors: readonly tfc.Tensor[],
): Trace {
  const inputs = Object.fromEntries(encoder.inputs.map(({ name }, i) => [name, tensors[i]!]));
  const variables = encoder.weights.map(({ variable }) => variable);
  const compute = (): Record<string, tfc.Tensor> => ({
    [OUTPUT]: guarded('the encoder', () => encoder.apply(tensors, evaluationStep(0))), // [rows, dimensions]
  });
  const once = (): Trace => trace(backend, { inputs, variables, compute });
  const first = once();
  if (first.refusal) return first;
  const [second, third] = [once(), once()];
  const changes = third.assigned.size > 0 ? { part: 'the encoder', cause: 'changes its weights in evaluation' } : null;
  return { ...rewritten(third), refusal: second.refusal ?? difference(second, third) ?? changes };
}

const specOf = (
  recorded: Trace,
  { inputs, weights }: Pick<BuiltEncoder, 'inputs' | 'weights'>,
  tensors: readonly tfc.Tensor[],
): ConstructorParameters<typeof ForwardProgram>[1] => ({
  trace: recorded,
  variables: weights,
  inputs: inputs.map(({ name, dtype }, i) => ({
    ...{ name, shape: tensors[i]!.shape },
    type: types[dtype === 'int32' ? 'int32' : 'float'],
  })),
  output: OUTPUT,
});
