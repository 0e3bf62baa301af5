/**
 * A recorded training step as a program inside TensorFlow: weights, slots and resident data are its variables, and one
 * call takes several steps by a native loop.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Form } from './form.js';
import { addFused } from './fused.js';
import { addTrace, FunctionNodes } from './graph.js';
import {
  encodeSavedModel,
  type GraphArgument,
  type GraphBytes,
  type GraphFunction,
  type GraphNode,
  types,
} from './graph-proto.js';
import type { NativeBackend, NativeBinding, NativeValues } from './native-backend.js';
import type { Reference, Trace } from './trace.js';

/** Values that are handed over at each call: those of all its steps, [steps, ...shape]. */
export interface Feed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
}

/** An input whose rows lie in a table inside the program; a call names the rows. */
export interface Gathered {
  readonly input: string;
  /** Number of the table, and the feed of its rows, int32 [rows]. */
  readonly table: number;
  readonly rows: string;
}

export interface FusedWeight {
  readonly op: string;
  readonly attributes: Readonly<Record<string, number | boolean>>;
  /** Numbers of variables. */
  readonly weight: number;
  readonly slots: Readonly<Record<string, number>>;
  readonly gradient: Reference;
  /** Inputs of the trace, float32 []. */
  readonly learningRate: string;
  readonly step: string;
}

/** A step as it was recorded for batches of one form. */
export interface Variant {
  readonly trace: Trace;
  readonly feeds: readonly Feed[];
  readonly gathered: readonly Gathered[];
  readonly fused: readonly FusedWeight[];
  /** Outputs of the trace, float32 [], that a call returns for each of its steps. */
  readonly results: readonly string[];
  /** The most steps of one call. */
  readonly steps: number;
  readonly form: Form;
}

interface Holder {
  readonly shape: readonly number[];
  readonly type: number;
}

export interface ProgramSpec {
  /** Weights and slots, as they stand in the traces. */
  readonly variables: readonly Holder[];
  readonly tables: readonly Holder[];
  readonly variants: readonly Variant[];
}

let programs = 0;

export class Program {
  readonly #backend: NativeBackend;
  readonly #spec: ProgramSpec;
  readonly #model: number;

  /** Errors: Inexpressible; TensorFlow's own, where it refuses the graph. */
  constructor(backend: NativeBackend, spec: ProgramSpec) {
    this.#backend = backend;
    this.#spec = spec;
    this.#model = load(backend, encodeSavedModel(new ProgramGraph(spec, backend).build()));
  }

  /** Sets the variables. */
  push(values: readonly Tensor[]): void {
    this.#set(values, 'variable', 'pushed:0');
  }

  /** Sets the tables. */
  fill(values: readonly Tensor[]): void {
    if (values.length > 0) this.#set(values, 'table', 'filled:0');
  }

  #set(values: readonly Tensor[], kind: string, done: string): void {
    const names = values.map((_, i) => `${kind}${i}:0`);
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

function load({ binding }: NativeBackend, bytes: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), 'siamese-step-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes);
    return binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The loop's own variables, in front of feeds and resources. */
const LOOP: readonly GraphArgument[] = [
  { name: 'i', type: types.int32 },
  { name: 'count', type: types.int32 },
  { name: 'results', type: types.float },
];

class ProgramGraph {
  readonly #spec: ProgramSpec;
  readonly #backend: NativeBackend;
  readonly #nodes: GraphNode[] = [];
  readonly #prefix = `siamese${programs++}`;
  constructor(spec: ProgramSpec, backend: NativeBackend) {
    this.#spec = spec;
    this.#backend = backend;
  }

  build(): GraphBytes {
    const { variables, tables, variants } = this.#spec;
    this.#resources('variable', variables, 'pushed');
    this.#resources('table', tables, 'filled');
    variables.forEach(({ type }, i) => {
      this.#node(`read${i}`, 'ReadVariableOp', [`variable_handle${i}`], { dtype: { type } });
    });
    const graphs = variants.map((_, i) => new VariantGraph(this.#spec, i, this.#backend.binding));
    return {
      nodes: [...this.#nodes, ...graphs.flatMap((graph) => graph.call())],
      functions: graphs.flatMap((graph) => graph.functions()),
    };
  }

  #node(name: string, op: string, inputs: readonly string[], attributes: GraphNode['attributes']): void {
    this.#nodes.push({ name, op, inputs, attributes });
  }

  /** Variables of the program, and what sets them all. */
  #resources(kind: 'variable' | 'table', of: readonly Holder[], done: string): void {
    of.forEach(({ shape, type }, i) => {
      const attributes = { dtype: { type }, shape: { shape } };
      const shared = { shared_name: { string: `${this.#prefix}-${kind}${i}` }, container: { string: '' } };
      this.#node(`${kind}_handle${i}`, 'VarHandleOp', [], { ...attributes, ...shared });
      this.#node(`${kind}${i}`, 'Placeholder', [], attributes);
      this.#node(`${kind}_set${i}`, 'AssignVariableOp', [`${kind}_handle${i}`, `${kind}${i}`], { dtype: { type } });
    });
    const zero = { type: types.int32, shape: [], bytes: new Uint8Array(4) };
    this.#node(`${done}_value`, 'Const', [], { dtype: { type: types.int32 }, value: { tensor: zero } });
    const after = of.map((_, i) => `^${kind}_set${i}`);
    this.#node(done, 'Identity', [`${done}_value`, ...after], { T: { type: types.int32 } });
  }
}

/** One variant: the loop's condition and body, and what starts it. */
class VariantGraph {
  readonly #spec: ProgramSpec;
  readonly #variant: Variant;
  readonly #index: number;
  readonly #binding: NativeBinding;
  /** Everything that the loop carries. */
  readonly #carried: readonly GraphArgument[];
  constructor(spec: ProgramSpec, index: number, binding: NativeBinding) {
    this.#spec = spec;
    this.#index = index;
    this.#variant = spec.variants[index]!;
    this.#binding = binding;
    const handle = (name: string): GraphArgument => ({ name, type: types.resource });
    this.#carried = [
      ...LOOP,
      ...this.#variant.feeds.map(({ type }, i) => ({ name: `feed${index}_${i}`, type })),
      ...spec.tables.map((_, i) => handle(`table_handle${i}`)),
      ...spec.variables.map((_, i) => handle(`variable_handle${i}`)),
    ];
  }

  /** The whole loop is one XLA computation. */
  get #isWhole(): boolean {
    return this.#variant.form === 'xla';
  }

  functions(): GraphFunction[] {
    return [this.#condition(), this.#body(), ...(this.#isWhole ? [this.#whole()] : [])];
  }

  /** i < count */
  #condition(): GraphFunction {
    const nodes = new FunctionNodes();
    const from = nodes.value('Less', ['i', 'count'], { T: { type: types.int32 } });
    const outputs = [{ name: 'more', type: types.bool, from }];
    return { name: `more${this.#index}`, inputs: this.#carried, outputs, nodes: nodes.nodes };
  }

  /** One step. Its variables are read once the step before has written them: `i` comes after that. */
  #body(): GraphFunction {
    const { variables } = this.#spec;
    const { trace, fused, results } = this.#variant;
    const nodes = new FunctionNodes();
    const reads = variables.map(() => null as string | null);
    const read = (i: number): string => {
      reads[i] ??= nodes.value('ReadVariableOp', [`variable_handle${i}`], { dtype: { type: variables[i]!.type } });
      return reads[i]!;
    };
    const bindings = { input: this.#inputs(nodes), variable: read };
    const outputs = results.map((name) => trace.outputs[name]!);
    const wanted = [...outputs, ...fused.map(({ gradient }) => gradient), ...trace.assigned.values()];
    const nameOf = addTrace(nodes, trace, { wanted, bindings, binding: this.#binding });
    // nothing is written before everything is read
    const before = reads.flatMap((name) => (name === null ? [] : [`^${name.split(':')[0]}`]));
    const updates = fused.map((one) => {
      const slots = Object.fromEntries(Object.entries(one.slots).map(([name, i]) => [name, `variable_handle${i}`]));
      const [learningRate, step] = [bindings.input(one.learningRate), bindings.input(one.step)];
      const gradient = nameOf(one.gradient);
      const weight = `variable_handle${one.weight}`;
      return addFused(nodes, { ...one, weight, slots, gradient, learningRate, step, before });
    });
    const assignments = [...trace.assigned].map(([i, reference]) =>
      nodes.node('AssignVariableOp', [`variable_handle${i}`, nameOf(reference), ...before], {
        dtype: { type: variables[i]!.type },
      }),
    );
    const after = [...updates, ...assignments].map((node) => `^${node}`);
    const integer = { T: { type: types.int32 } };
    const next = nodes.value('AddV2', ['i', nodes.integer(1)], integer);
    const row = nodes.value('Pack', outputs.map(nameOf), {
      N: { int: outputs.length },
      T: { type: types.float },
      axis: { int: 0 },
    });
    const place = nodes.value('Reshape', ['i', nodes.integers([1, 1])], {
      T: { type: types.int32 },
      Tshape: { type: types.int32 },
    });
    const values = nodes.value('ExpandDims', [row, nodes.integer(0)], {
      T: { type: types.float },
      Tdim: { type: types.int32 },
    });
    const changed: Readonly<Record<string, string>> = {
      i: nodes.value('Identity', [next, ...after], integer),
      results: nodes.value('TensorScatterUpdate', ['results', place, values], {
        T: { type: types.float },
        Tindices: { type: types.int32 },
      }),
    };
    const returned = this.#carried.map(({ name, type }) => ({
      name: `${name}_out`,
      type,
      from: changed[name] ?? name,
    }));
    return { name: `step${this.#index}`, inputs: this.#carried, outputs: returned, nodes: nodes.nodes };
  }

  /** Inputs of the trace: a row of a feed, or rows of a table. */
  #inputs(nodes: FunctionNodes): (name: string) => string {
    const { feeds, gathered } = this.#variant;
    const { tables } = this.#spec;
    const made = new Map<string, string>();
    const gather = (from: string, rows: string, type: number): string =>
      nodes.value('GatherV2', [from, rows, nodes.integer(0)], {
        Tparams: { type },
        Tindices: { type: types.int32 },
        Taxis: { type: types.int32 },
      });
    const make = (name: string): string => {
      const feed = feeds.findIndex((one) => one.name === name);
      if (feed >= 0) return gather(`feed${this.#index}_${feed}`, 'i', feeds[feed]!.type);
      const { table, rows } = gathered.find(({ input }) => input === name)!;
      const { type } = tables[table]!;
      return gather(nodes.value('ReadVariableOp', [`table_handle${table}`], { dtype: { type } }), input(rows), type);
    };
    const input = (name: string): string => {
      if (!made.has(name)) made.set(name, make(name));
      return made.get(name)!;
    };
    return input;
  }

  #loop(): { readonly op: string; readonly attributes: GraphNode['attributes'] } {
    return {
      op: 'While',
      attributes: {
        T: { types: this.#carried.map(({ type }) => type) },
        cond: { function: `more${this.#index}` },
        body: { function: `step${this.#index}` },
        parallel_iterations: { int: 1 },
        // Part of the main graph, where TensorFlow lays its faster kernels: the loop of a function runs the plain ones.
        _lower_using_switch_merge: { bool: !this.#isWhole },
      },
    };
  }

  /** The loop as one function, which XLA compiles as a whole. */
  #whole(): GraphFunction {
    const nodes = new FunctionNodes();
    const { op, attributes } = this.#loop();
    const loop = nodes.node(
      op,
      this.#carried.map(({ name }) => name),
      attributes,
    );
    const outputs = [{ name: 'taken', type: types.float, from: `${loop}:output:2` }];
    return { name: `whole${this.#index}`, inputs: this.#carried, outputs, nodes: nodes.nodes };
  }

  /** The nodes that start the loop. */
  call(): GraphNode[] {
    const { feeds, steps, results } = this.#variant;
    const named = (name: string): string => `${name}${this.#index}`;
    const constant = (name: string, type: number, shape: readonly number[]): GraphNode => {
      const bytes = new Uint8Array(4 * shape.reduce((product, size) => product * size, 1));
      return {
        name,
        op: 'Const',
        inputs: [],
        attributes: { dtype: { type }, value: { tensor: { type, shape, bytes } } },
      };
    };
    const placeholder = (name: string, type: number, shape: readonly number[]): GraphNode => ({
      name,
      op: 'Placeholder',
      inputs: [],
      attributes: { dtype: { type }, shape: { shape } },
    });
    const carried = this.#carried.slice(LOOP.length).map(({ name }) => name);
    const inputs = [named('zero'), named('count'), named('none'), ...carried];
    const whole = {
      Tin: { types: this.#carried.map(({ type }) => type) },
      Tout: { types: [types.float] },
      f: { function: named('whole') },
      _XlaMustCompile: { bool: true },
    };
    const loop = this.#isWhole ? { op: 'StatefulPartitionedCall', attributes: whole } : this.#loop();
    return [
      constant(named('zero'), types.int32, []),
      constant(named('none'), types.float, [steps, results.length]),
      placeholder(named('count'), types.int32, []),
      ...feeds.map(({ shape, type }, i) => placeholder(named('feed') + `_${i}`, type, [steps, ...shape])),
      { name: named('loop'), inputs, ...loop },
      {
        name: named('results'),
        op: 'Identity',
        inputs: [this.#isWhole ? named('loop') : `${named('loop')}:2`],
        attributes: { T: { type: types.float } },
      },
    ];
  }
}
