import { addFused } from './fused.js';
import { addTrace, FunctionNodes } from './graph.js';
import { type GraphArgument, type GraphFunction, type GraphNode, types } from './graph-proto.js';
import type { NativeBinding } from './native-backend.js';
import type { ByteMeaning, ProgramSpec, Variant } from './step-spec.js';

/** The loop's own variables, in front of feeds and resources. */
const LOOP: readonly GraphArgument[] = [
  { name: 'i', type: types.int32 },
  { name: 'count', type: types.int32 },
  { name: 'results', type: types.float },
];

/** What bytes stand for, bit by bit as the host computes it. */
function valuesOf(nodes: FunctionNodes, bytes: string, { shape, centers, factors }: ByteMeaning): string {
  const cast = (from: string, source: number, target: number): string =>
    nodes.value('Cast', [from], { SrcT: { type: source }, DstT: { type: target }, Truncate: { bool: false } });
  const double = { T: { type: types.double } };
  const constant = (values: Float64Array): string =>
    nodes.constant(types.double, shape, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const wide = cast(bytes, types.uint8, types.double);
  const centered = centers.every((center) => center === 0)
    ? wide
    : nodes.value('Sub', [wide, constant(centers)], double);
  return cast(nodes.value('Mul', [centered, constant(factors)], double), types.double, types.float);
}

/** One variant: the loop's condition and body, and what starts it. */
export class VariantGraph {
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
      const { type, meaning } = tables[table]!;
      const stored = nodes.value('ReadVariableOp', [`table_handle${table}`], { dtype: { type } });
      const values = gather(stored, input(rows), type);
      return meaning ? valuesOf(nodes, values, meaning) : values;
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
      ...feeds.map(({ shape, type }, i) => placeholder(`${named('feed')}_${i}`, type, [steps, ...shape])),
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
