/**
 * A recorded training step as a program inside TensorFlow: weights, slots and resident data are its variables, and one
 * call takes several steps by a native loop.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { types } from './graph-proto.js';
import { loadGraph } from './load-graph.js';
import type { NativeBackend, NativeValues } from './native-backend.js';
import { threadsFor } from './session-config.js';
import { ProgramGraph } from './step-graph.js';
import type { ProgramSpec } from './step-spec.js';

export class Program {
  readonly #backend: NativeBackend;
  readonly #spec: ProgramSpec;
  readonly #model: number;

  /** Errors: Inexpressible; TensorFlow's own, where it refuses the graph. */
  constructor(backend: NativeBackend, spec: ProgramSpec) {
    this.#backend = backend;
    this.#spec = spec;
    this.#model = load(backend, spec);
  }

  /** Sets the variables. */
  push(values: readonly Tensor[]): void {
    this.#set(values, 'variable', 'pushed:0');
  }

  /** Sets the tables: null, where a table lies in a file. */
  fill(values: readonly (Tensor | null)[]): void {
    if (values.length > 0) this.#set(values, 'table', 'filled:0');
  }

  #set(given: readonly (Tensor | null)[], kind: string, done: string): void {
    const names = given.flatMap((value, i) => (value ? [`${kind}${i}:0`] : []));
    const values = given.filter((value) => value !== null);
    const [made] = this.#backend.binding.runSavedModel(
      this.#model,
      this.#backend.getInputTensorIds(values),
      names.join(','),
      done,
    );
    this.#backend.binding.deleteTensor(made!.id);
  }

  /** The variables as they stand now. */
  pull(): Tensor[] {
    const names = this.#spec.variables.map((_, i) => `read${i}:0`);
    const made = this.#backend.binding.runSavedModel(this.#model, [], '', names.join(','));
    return made.map((one) => this.#backend.createOutputTensor(one)); // the variables' shapes
  }

  /**
   * Takes `count` steps of a variant; `feeds` in their order, each for all the steps that a call can take.
   * -> [count, results]
   */
  run(variant: number, count: number, feeds: readonly NativeValues[]): Float32Array {
    const { binding } = this.#backend;
    const { steps, feeds: specs, results: wanted } = this.#spec.variants[variant]!;
    const ids = [binding.createTensor([], types.int32, Int32Array.of(count))];
    specs.forEach(({ shape, type }, i) => {
      ids.push(binding.createTensor([steps, ...shape], type, feeds[i]!));
    });
    const names = [`count${variant}:0`, ...specs.map((_, i) => `feed${variant}_${i}:0`)];
    try {
      const [results] = binding.runSavedModel(this.#model, ids, names.join(','), `results${variant}:0`);
      const values = binding.tensorDataSync(results!.id) as Float32Array;
      binding.deleteTensor(results!.id);
      return values.subarray(0, count * wanted.length);
    } finally {
      for (const id of ids) binding.deleteTensor(id);
    }
  }

  dispose(): void {
    this.#backend.binding.deleteSavedModel(this.#model);
  }
}

function load({ binding }: NativeBackend, spec: ProgramSpec): number {
  const config = { threads: threadsFor(spec.passes), rewrites: spec.rewrites };
  return loadGraph(binding, new ProgramGraph(spec, binding).build(), config);
}
