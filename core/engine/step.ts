/**
 * A recorded training step as a program inside TensorFlow: weights, slots and resident data are its variables, and one
 * call takes several steps by a native loop.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { types } from './graph-proto.js';
import { loadGraph } from './load-graph.js';
import type { NativeBackend, NativeValues } from './native-backend.js';
import { scatter } from './scattered-pages.js';
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
    this.#set(this.#backend.getInputTensorIds(values), 'variable', 'pushed:0');
  }

  /** Sets the tables: null, where a table lies in a file. Rows of a file that stays mapped are read here and there. */
  fill(values: readonly (NativeValues | null)[]): void {
    const { binding } = this.#backend;
    const ids = values.map((given, i) => {
      const { shape, type } = this.#spec.tables[i]!;
      return given && binding.createTensor(shape, type, given);
    });
    try {
      if (ids.length > 0) this.#set(ids, 'table', 'filled:0');
      for (const { file } of this.#spec.tables) if (file) scatter(file);
    } finally {
      for (const id of ids) if (id !== null) binding.deleteTensor(id);
    }
  }

  /** `ids`: a tensor each, null where nothing is handed over. */
  #set(ids: readonly (number | null)[], kind: string, done: string): void {
    const { binding } = this.#backend;
    const names = ids.flatMap((id, i) => (id === null ? [] : [`${kind}${i}:0`]));
    const given = ids.filter((id) => id !== null);
    const [made] = binding.runSavedModel(this.#model, given, names.join(','), done);
    binding.deleteTensor(made!.id);
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
