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
    const { op, attributes } = simplify(entry, binding);
    names.set(i, { node: nodes.node(op, entry.inputs.map(nameOf), attributes), op });
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

type Operation = { readonly op: string; readonly attributes: Readonly<Record<string, Attribute>> };

/**
 * A product of matrices is written by tfjs as a batch of one, which TensorFlow multiplies by a slower kernel. And it
 * leaves the types of ExpandDims to be seen from the tensors.
 */
function simplify(entry: TracedOperation, binding: NativeBinding): Operation {
  const attributes = Object.fromEntries(entry.attributes.map((one) => [one.name, attributeOf(one, binding)]));
  if (entry.op === 'BatchMatMulV2' && entry.shapes[0]!.length === 2) {
    const { adj_x, adj_y, T } = attributes as { adj_x: Attribute; adj_y: Attribute; T: Attribute };
    return { op: 'MatMul', attributes: { transpose_a: adj_x, transpose_b: adj_y, T } };
  }
  if (entry.op === 'ExpandDims')
    return { op: entry.op, attributes: { T: { type: entry.types[0]! }, Tdim: { type: types.int32 } } };
  return { op: entry.op, attributes };
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
