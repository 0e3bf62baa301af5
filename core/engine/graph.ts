/** The body of a compiled step: a recorded computation as the nodes of a TensorFlow function. */
import { createHash } from 'node:crypto';
import { type Attribute, type GraphNode, types } from './graph-proto.js';
import type { NativeAttribute, NativeBinding } from './native-backend.js';
import { outputName } from './op-outputs.js';
import type { Reference, Trace, TracedOperation, TraceEntry } from './trace.js';

/** What a graph cannot hold. */
export class Inexpressible extends Error {}

/** Nodes of one function, with names of their own and equal constants once. */
export class FunctionNodes {
  readonly nodes: GraphNode[] = [];
  readonly #constants = new Map<string, string>();

  /** Adds a node; returns its name. */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const name = `n${this.nodes.length}`;
    this.nodes.push({ name, op, inputs, attributes });
    return name;
  }

  /** Adds a node; returns its output as others name it. Errors: Inexpressible. */
  value(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return outputOf(this.node(op, inputs, attributes), op, 0);
  }

  constant(type: number, shape: readonly number[], bytes: Uint8Array): string {
    const key = `${type} ${shape} ${createHash('sha1').update(bytes).digest('base64')}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const made = this.value('Const', [], { dtype: { type }, value: { tensor: { type, shape, bytes } } });
    this.#constants.set(key, made);
    return made;
  }

  scalar(value: number): string {
    return this.constant(types.float, [], new Uint8Array(Float32Array.of(value).buffer));
  }

  integer(...values: number[]): string {
    return this.constant(types.int32, [], new Uint8Array(Int32Array.from(values).buffer));
  }

  integers(values: readonly number[]): string {
    return this.constant(types.int32, [values.length], new Uint8Array(Int32Array.from(values).buffer));
  }
}

function outputOf(node: string, op: string, output: number): string {
  const name = outputName(op, output);
  if (name === null) throw new Inexpressible(`TensorFlow's ${op} is not known to the compiler`);
  return `${node}:${name}`;
}

export interface Bindings {
  /** The value of an input or a variable. */
  readonly input: (name: string) => string;
  readonly variable: (index: number) => string;
}

/**
 * Adds what `wanted` depends on to the function; returns how a reference is named there.
 * Errors: Inexpressible.
 */
export function addTrace(
  nodes: FunctionNodes,
  trace: Trace,
  { wanted, bindings, binding }: { wanted: readonly Reference[]; bindings: Bindings; binding: NativeBinding },
): (reference: Reference) => string {
  const needed = reachable(trace.entries, wanted);
  const names = new Map<number, { readonly node: string; readonly op: string } | { readonly value: string }>();
  const nameOf = (reference: Reference): string => {
    if (reference.from === 'input') return bindings.input(reference.name);
    if (reference.from === 'variable') return bindings.variable(reference.variable);
    const made = names.get(reference.entry)!;
    return 'value' in made ? made.value : outputOf(made.node, made.op, reference.output);
  };
  trace.entries.forEach((entry, i) => {
    if (!needed.has(i)) return;
    if (entry.kind === 'constant') {
      names.set(i, { value: nodes.constant(entry.type, entry.shape, entry.bytes) });
      return;
    }
    const attributes = attributesOf(entry, binding);
    const inputs = entry.inputs.map(nameOf);
    if (isFlat(entry)) names.set(i, { value: product(nodes, { inputs, attributes, shape: entry.shapes[0]! }) });
    else names.set(i, { node: nodes.node(entry.op, inputs, attributes), op: entry.op });
  });
  return nameOf;
}

/** Numbers of the entries that these depend on. */
function reachable(entries: readonly TraceEntry[], wanted: readonly Reference[]): ReadonlySet<number> {
  const needed = new Set(wanted.flatMap((one) => (one.from === 'entry' ? [one.entry] : [])));
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!;
    if (!needed.has(i) || entry.kind === 'constant') continue;
    for (const input of entry.inputs) if (input.from === 'entry') needed.add(input.entry);
  }
  return needed;
}

type Attributes = Readonly<Record<string, Attribute>>;

/** tfjs leaves the types of ExpandDims to be seen from the tensors. */
function attributesOf({ op, types: made, attributes }: TracedOperation, binding: NativeBinding): Attributes {
  if (op === 'ExpandDims') return { T: { type: made[0]! }, Tdim: { type: types.int32 } };
  return Object.fromEntries(attributes.map((one) => [one.name, attributeOf(one, binding)]));
}

/** Whether a batch of products is one product. */
const isFlat = ({ op, shapes: [shape] }: TracedOperation): boolean =>
  op === 'BatchMatMulV2' && shape!.slice(0, -2).every((size) => size === 1);

interface Product {
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
  readonly shape: readonly number[];
}

/** tfjs writes a product of matrices as a batch of one, which TensorFlow multiplies by a slower kernel. */
function product(nodes: FunctionNodes, { inputs, attributes, shape }: Product): string {
  const { adj_x, adj_y, T } = attributes as { adj_x: { bool: boolean }; adj_y: { bool: boolean }; T: Attribute };
  const [rows, columns] = shape.slice(-2) as [number, number];
  const as = (value: string, to: readonly number[]): string =>
    nodes.value('Reshape', [value, nodes.integers(to)], { T, Tshape: { type: types.int32 } });
  if (shape.length === 2) return nodes.value('MatMul', inputs, { transpose_a: adj_x, transpose_b: adj_y, T });
  const flat = [
    as(inputs[0]!, adj_x.bool ? [-1, rows] : [rows, -1]),
    as(inputs[1]!, adj_y.bool ? [columns, -1] : [-1, columns]),
  ];
  return as(nodes.value('MatMul', flat, { transpose_a: adj_x, transpose_b: adj_y, T }), shape);
}

function attributeOf({ name, type, value }: NativeAttribute, binding: NativeBinding): Attribute {
  if (type === binding.TF_ATTR_TYPE) return { type: value as number };
  if (type === binding.TF_ATTR_BOOL) return { bool: value as boolean };
  if (type === binding.TF_ATTR_INT)
    return Array.isArray(value) ? { ints: value as number[] } : { int: value as number };
  if (type === binding.TF_ATTR_FLOAT) return { float: value as number };
  if (type === binding.TF_ATTR_STRING) return { string: value as string };
  if (type === binding.TF_ATTR_SHAPE) return { shape: value as number[] };
  throw new Inexpressible(`the attribute ${name} is of a kind that the compiler does not know`);
}
