import { type GraphBytes, type GraphNode, types } from './graph-proto.js';
import type { NativeBinding } from './native-backend.js';
import type { Holder, ProgramSpec, TableHolder } from './step-spec.js';
import { VariantGraph } from './step-variant.js';

let programs = 0;

/** The graph of a compiled step: its variables, and for each form of batch a native loop over the recorded body. */
export class ProgramGraph {
  readonly #spec: ProgramSpec;
  readonly #binding: NativeBinding;
  readonly #nodes: GraphNode[] = [];
  readonly #prefix = `siamese${programs++}`;
  constructor(spec: ProgramSpec, binding: NativeBinding) {
    this.#spec = spec;
    this.#binding = binding;
  }

  build(): GraphBytes {
    const { variables, tables, variants } = this.#spec;
    this.#resources(
      'variable',
      variables.map((variable) => ({ ...variable, file: null, meaning: null })),
      'pushed',
    );
    this.#resources('table', tables, 'filled');
    variables.forEach(({ type }, i) => {
      this.#node(`read${i}`, 'ReadVariableOp', [`variable_handle${i}`], { dtype: { type } });
    });
    const graphs = variants.map((_, i) => new VariantGraph(this.#spec, i, this.#binding));
    return {
      nodes: [...this.#nodes, ...graphs.flatMap((graph) => graph.call())],
      functions: graphs.flatMap((graph) => graph.functions()),
    };
  }

  #node(name: string, op: string, inputs: readonly string[], attributes: GraphNode['attributes']): void {
    this.#nodes.push({ name, op, inputs, attributes });
  }

  /**
   * The values of a file, mapped as long as their variable lives, so that the system holds of it what it can. Where a
   * constant has `_scoped_allocator`, TensorFlow's folding lets it be: it would copy the file to look at its size.
   */
  #mapped(name: string, { shape, type }: Holder, file: string): void {
    const attributes = { dtype: { type }, shape: { shape }, memory_region_name: { string: file } };
    const unfolded = { ...attributes, _scoped_allocator: { ints: [] } };
    this.#node(name, 'ImmutableConst', [], unfolded);
  }

  /** Variables of the program, and what sets them all. */
  #resources(kind: 'variable' | 'table', of: readonly TableHolder[], done: string): void {
    of.forEach(({ shape, type, file }, i) => {
      const attributes = { dtype: { type }, shape: { shape } };
      const shared = { shared_name: { string: `${this.#prefix}-${kind}${i}` }, container: { string: '' } };
      this.#node(`${kind}_handle${i}`, 'VarHandleOp', [], { ...attributes, ...shared });
      if (file === null) this.#node(`${kind}${i}`, 'Placeholder', [], attributes);
      else this.#mapped(`${kind}${i}`, { shape, type }, file);
      this.#node(`${kind}_set${i}`, 'AssignVariableOp', [`${kind}_handle${i}`, `${kind}${i}`], { dtype: { type } });
    });
    const zero = { type: types.int32, shape: [], bytes: new Uint8Array(4) };
    this.#node(`${done}_value`, 'Const', [], { dtype: { type: types.int32 }, value: { tensor: zero } });
    const after = of.map((_, i) => `^${kind}_set${i}`);
    this.#node(done, 'Identity', [`${done}_value`, ...after], { T: { type: types.int32 } });
  }
}
