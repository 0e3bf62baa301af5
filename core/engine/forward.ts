import type { Tensor } from '@tensorflow/tfjs-core';
import { addTrace, FunctionNodes } from './graph.js';
import { type GraphBytes, type GraphNode, types } from './graph-proto.js';
import { loadGraph } from './load-graph.js';
import type { NativeBackend, NativeBinding } from './native-backend.js';
import { threadsFor } from './session-config.js';
import type { Feed, Holder } from './step-spec.js';
import type { Trace } from './trace.js';

/** A recorded computation that changes nothing. */
export interface ForwardSpec {
  readonly trace: Trace;
  /** As they stand in the trace; all float32. */
  readonly variables: readonly Pick<Holder, 'shape'>[];
  /** Inputs of the trace. */
  readonly inputs: readonly Feed[];
  /** Output of the trace, float32. */
  readonly output: string;
}

/**
 * A recorded computation as one native call. It holds nothing: what the variables are is handed over with the inputs at
 * each call, by reference, so that it always computes with them as they stand.
 */
export class ForwardProgram {
  readonly #backend: NativeBackend;
  readonly #model: number;
  readonly #names: string;
  /** Errors: Inexpressible; TensorFlow's own, where it refuses the graph. */
  constructor(backend: NativeBackend, spec: ForwardSpec) {
    this.#backend = backend;
    const names = [...spec.variables.map((_, i) => variable(i)), ...spec.inputs.map((_, i) => input(i))];
    this.#names = names.map((name) => `${name}:0`).join(',');
    const config = { threads: threadsFor(1), rewrites: false };
    this.#model = loadGraph(backend.binding, graphOf(spec, backend.binding), config);
  }

  /** Variables and inputs in their order, each its shape. -> the output's values */
  run(variables: readonly Tensor[], inputs: readonly Tensor[]): Float32Array {
    const { binding } = this.#backend;
    const ids = this.#backend.getInputTensorIds([...variables, ...inputs]);
    const [made] = binding.runSavedModel(this.#model, ids, this.#names, 'output:0');
    const values = binding.tensorDataSync(made!.id) as Float32Array;
    binding.deleteTensor(made!.id);
    return values;
  }

  dispose(): void {
    this.#backend.binding.deleteSavedModel(this.#model);
  }
}

const variable = (i: number): string => `variable${i}`;
const input = (i: number): string => `input${i}`;

/** The computation is a function, which TensorFlow makes a part of the graph again. */
function graphOf({ trace, variables, inputs, output }: ForwardSpec, binding: NativeBinding): GraphBytes {
  const given = [
    ...variables.map(({ shape }, i) => ({ name: variable(i), shape, type: types.float })),
    ...inputs.map(({ shape, type }, i) => ({ name: input(i), shape, type })),
  ];
  const nodes = new FunctionNodes();
  const bindings = { input: (name: string) => input(inputs.findIndex((one) => one.name === name)), variable };
  const wanted = trace.outputs[output]!;
  const from = addTrace(nodes, trace, { wanted: [wanted], bindings, binding })(wanted);
  const forward = { name: 'forward', inputs: given, nodes: nodes.nodes };
  const placeholders = given.map(
    ({ name, type, shape }): GraphNode => ({
      ...{ name, op: 'Placeholder', inputs: [] },
      attributes: { dtype: { type }, shape: { shape } },
    }),
  );
  const called = {
    Tin: { types: given.map(({ type }) => type) },
    Tout: { types: [types.float] },
    f: { function: 'forward' },
  };
  return {
    functions: [{ ...forward, outputs: [{ name: 'made', type: types.float, from }] }],
    nodes: [
      ...placeholders,
      { name: 'call', op: 'StatefulPartitionedCall', inputs: given.map(({ name }) => name), attributes: called },
      { name: 'output', op: 'Identity', inputs: ['call'], attributes: { T: { type: types.float } } },
    ],
  };
}
