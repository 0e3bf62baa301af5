/**
 * TensorFlow graphs as bytes: the messages of graph.proto, function.proto and saved_model.proto that a compiled step
 * consists of.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** TensorFlow's DataType. */
export const types = { float: 1, double: 2, int32: 3, uint8: 4, bool: 10, resource: 20 } as const;

export type Attribute =
  | { readonly type: number }
  | { readonly types: readonly number[] }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly shape: readonly number[] }
  | { readonly tensor: TensorValue }
  | { readonly function: string };

export interface TensorValue {
  readonly type: number;
  readonly shape: readonly number[];
  /** The values as they lie in memory. */
  readonly bytes: Uint8Array;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** `node`, `node:1` or `^node`; inside a function `node:output:0`. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface GraphArgument {
  readonly name: string;
  readonly type: number;
}

export interface GraphFunction {
  readonly name: string;
  readonly inputs: readonly GraphArgument[];
  readonly outputs: readonly (GraphArgument & { readonly from: string })[];
  readonly nodes: readonly GraphNode[];
}

export interface GraphBytes {
  readonly nodes: readonly GraphNode[];
  readonly functions: readonly GraphFunction[];
}

/** A graph is at the version of the TensorFlow that reads it first wrote it: 2.12. */
const PRODUCER = 1087;
const MIN_CONSUMER = 12;

/** The bytes of `saved_model.pb` with one meta graph, tagged `serve`. */
export function encodeSavedModel(graph: GraphBytes): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(1); // saved_model_schema_version
  message(writer, 2, (meta) => {
    message(meta, 1, (info) => info.tag(4, WireType.LengthDelimited).string('serve'));
    message(meta, 2, (def) => writeGraph(def, graph));
  });
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, { nodes, functions }: GraphBytes): void {
  for (const node of nodes) message(writer, 1, (def) => writeNode(def, node));
  message(writer, 2, (library) => {
    for (const each of functions) message(library, 1, (def) => writeFunction(def, each));
  });
  message(writer, 4, (versions) => {
    versions.tag(1, WireType.Varint).int32(PRODUCER);
    versions.tag(2, WireType.Varint).int32(MIN_CONSUMER);
  });
}

function writeNode(writer: BinaryWriter, { name, op, inputs, attributes }: GraphNode): void {
  text(writer, 1, name);
  text(writer, 2, op);
  for (const input of inputs) text(writer, 3, input);
  for (const [key, value] of Object.entries(attributes)) {
    message(writer, 5, (entry) => {
      text(entry, 1, key);
      message(entry, 2, (def) => writeAttribute(def, value));
    });
  }
}

function writeFunction(writer: BinaryWriter, { name, inputs, outputs, nodes }: GraphFunction): void {
  message(writer, 1, (signature) => {
    text(signature, 1, name);
    for (const input of inputs) message(signature, 2, (def) => writeArgument(def, input));
    for (const output of outputs) message(signature, 3, (def) => writeArgument(def, output));
    signature.tag(17, WireType.Varint).bool(true); // is_stateful
  });
  for (const node of nodes) message(writer, 3, (def) => writeNode(def, node));
  for (const output of outputs) {
    message(writer, 4, (entry) => {
      text(entry, 1, output.name);
      text(entry, 2, output.from);
    });
  }
}

function writeArgument(writer: BinaryWriter, { name, type }: GraphArgument): void {
  text(writer, 1, name);
  writer.tag(3, WireType.Varint).int32(type);
}

function writeAttribute(writer: BinaryWriter, value: Attribute): void {
  if ('type' in value) writer.tag(6, WireType.Varint).int32(value.type);
  else if ('types' in value) message(writer, 1, (list) => packed(list, 6, value.types));
  else if ('int' in value) writer.tag(3, WireType.Varint).int64(value.int);
  else if ('ints' in value) message(writer, 1, (list) => packed(list, 3, value.ints));
  else if ('float' in value) writer.tag(4, WireType.Bit32).float(value.float);
  else if ('bool' in value) writer.tag(5, WireType.Varint).bool(value.bool);
  else if ('string' in value) text(writer, 2, value.string);
  else if ('shape' in value) message(writer, 7, (def) => writeShape(def, value.shape));
  else if ('tensor' in value) message(writer, 8, (def) => writeTensor(def, value.tensor));
  else message(writer, 10, (def) => text(def, 1, value.function));
}

function writeShape(writer: BinaryWriter, shape: readonly number[]): void {
  for (const size of shape) message(writer, 2, (dimension) => dimension.tag(1, WireType.Varint).int64(size));
}

function writeTensor(writer: BinaryWriter, { type, shape, bytes }: TensorValue): void {
  writer.tag(1, WireType.Varint).int32(type);
  message(writer, 2, (def) => writeShape(def, shape));
  writer.tag(4, WireType.LengthDelimited).bytes(bytes);
}

function packed(writer: BinaryWriter, field: number, values: readonly number[]): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  for (const value of values) writer.int64(value);
  writer.join();
}

const text = (writer: BinaryWriter, field: number, value: string): void => {
  writer.tag(field, WireType.LengthDelimited).string(value);
};

function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
