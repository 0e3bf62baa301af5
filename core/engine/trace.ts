/**
 * What a computation asks of the native engine, operation by operation: the engine runs it as ever, and every call is
 * written down.
 */
import type { Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { runningPart } from '../problem/index.js';
import type { NativeAttribute, NativeBackend, NativeBinding, NativeValues } from './native-backend.js';

/** Where a value comes from. */
export type Reference =
  | { readonly from: 'entry'; readonly entry: number; readonly output: number }
  | { readonly from: 'input'; readonly name: string }
  | { readonly from: 'variable'; readonly variable: number };

export const isOf = (reference: Reference, entry: number): boolean =>
  reference.from === 'entry' && reference.entry === entry;

export interface TracedConstant {
  readonly kind: 'constant';
  readonly type: number;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
  readonly part: string | null;
}

export interface TracedOperation {
  readonly kind: 'operation';
  readonly op: string;
  readonly attributes: readonly NativeAttribute[];
  readonly inputs: readonly Reference[];
  readonly shapes: readonly (readonly number[])[];
  readonly types: readonly number[];
  /** The plugin that ran it. */
  readonly part: string | null;
}

export type TraceEntry = TracedConstant | TracedOperation;

export interface Trace {
  readonly entries: readonly TraceEntry[];
  readonly outputs: Readonly<Record<string, Reference>>;
  /** What variables became, by their number; those that stayed are absent. */
  readonly assigned: ReadonlyMap<number, Reference>;
  /** Why the record does not stand for the computation, if it does not. */
  readonly refusal: Refusal | null;
}

/** Why a computation cannot be compiled. */
export interface Refusal {
  /** The plugin, as messages name it; null: not known. */
  readonly part: string | null;
  readonly cause: string;
}

export interface Traced {
  /** What differs from call to call. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly variables: readonly Variable[];
  readonly compute: () => Readonly<Record<string, Tensor>>;
}

/** Operations that draw from a generator of their own: a graph of them would not be reproducible. */
const generators = new Set([
  'Multinomial',
  'RandomUniform',
  'RandomStandardNormal',
  'TruncatedNormal',
  'RandomUniformInt',
]);

/** Runs `compute` once and records it. Variables are left as it leaves them. */
export function trace(backend: NativeBackend, traced: Traced): Trace {
  return new Recorder(backend, traced).record();
}

class Recorder {
  readonly #backend: NativeBackend;
  readonly #binding: NativeBinding;
  readonly #traced: Traced;
  readonly #entries: TraceEntry[] = [];
  readonly #known = new Map<number, Reference>();
  #refusal: Refusal | null = null;
  constructor(backend: NativeBackend, traced: Traced) {
    this.#backend = backend;
    this.#binding = backend.binding;
    this.#traced = traced;
  }

  record(): Trace {
    const { inputs, variables, compute } = this.#traced;
    for (const [name, tensor] of Object.entries(inputs)) this.#known.set(this.#id(tensor), { from: 'input', name });
    const before = variables.map((variable) => this.#id(variable));
    before.forEach((id, variable) => {
      this.#known.set(id, { from: 'variable', variable });
    });
    let outputs: Trace['outputs'] = {};
    const assigned = new Map<number, Reference>();
    this.#listening(() => {
      tfc.tidy(() => {
        const made = Object.entries(compute()); // any shapes
        outputs = Object.fromEntries(made.map(([name, tensor]) => [name, this.#refer(tensor)]));
        const own = new Set<Tensor>([...Object.values(inputs), ...variables]);
        tfc.dispose(made.flatMap(([, tensor]) => (own.has(tensor) ? [] : [tensor]))); // some are kept beyond the scope
      });
      variables.forEach((variable, i) => {
        if (this.#id(variable) !== before[i]) assigned.set(i, this.#refer(variable));
      });
    });
    return { entries: this.#entries, outputs, assigned, refusal: this.#refusal };
  }

  readonly #id = (tensor: TensorInfo): number => this.#backend.getInputTensorIds([tensor])[0]!;

  /** Runs with the recorder in the place of the binding. tfjs's own Math.random is listened to as well. */
  #listening(run: () => void): void {
    const hooks: Partial<NativeBinding> = {
      createTensor: (shape, dtype, values) => this.#createTensor(shape, dtype, values),
      executeOp: (name, attributes, inputs, outputs) => this.#executeOp(name, attributes, inputs, outputs),
      tensorDataSync: (id) => this.#read(id),
    };
    const binding = this.#binding;
    const { random } = Math;
    this.#backend.binding = new Proxy({} as NativeBinding, {
      get: (_, key) => Reflect.get(hooks, key) ?? Reflect.get(binding, key),
    });
    Math.random = () => {
      this.#refuse('draws random numbers from Math.random, which would be the same at every step');
      return random();
    };
    try {
      run();
    } finally {
      this.#backend.binding = binding;
      Math.random = random;
    }
  }

  #createTensor(shape: readonly number[], type: number, values: NativeValues): number {
    const id = this.#binding.createTensor(shape, type, values);
    this.#known.set(id, this.#constant(shape, type, values));
    return id;
  }

  #constant(shape: readonly number[], type: number, values: NativeValues): Reference {
    const bytes = Buffer.from(bytesOf(values)); // a copy
    this.#entries.push({ kind: 'constant', type, shape: [...shape], bytes, part: runningPart() });
    return { from: 'entry', entry: this.#entries.length - 1, output: 0 };
  }

  #executeOp(op: string, attributes: readonly NativeAttribute[], ids: readonly number[], outputs: number) {
    const made = this.#binding.executeOp(op, attributes, ids, outputs);
    const part = runningPart();
    if (generators.has(op)) this.#refuse(`runs ${op}, which draws from a generator of its own`);
    const inputs = ids.map((id) => this.#known.get(id) ?? this.#older(id));
    const shapes = made.map(({ shape }) => [...shape]);
    const types = made.map(({ dtype }) => dtype);
    this.#entries.push({ kind: 'operation', op, attributes, inputs, shapes, types, part });
    const entry = this.#entries.length - 1;
    made.forEach(({ id }, output) => {
      this.#known.set(id, { from: 'entry', entry, output });
    });
    return made;
  }

  /** A tensor that was there before: a constant. Its shape is asked of TensorFlow, which alone knows it by number. */
  #older(id: number): Reference {
    const [copy] = this.#binding.executeOp('Identity', [], [id], 1) as [{ id: number; shape: number[]; dtype: number }];
    const reference = this.#constant(copy.shape, copy.dtype, this.#binding.tensorDataSync(copy.id));
    this.#binding.deleteTensor(copy.id);
    this.#known.set(id, reference);
    return reference;
  }

  #read(id: number): NativeValues {
    if (this.#known.has(id)) this.#refuse("reads a tensor's values, which a compiled step knows only as it runs");
    return this.#binding.tensorDataSync(id);
  }

  #refer(tensor: TensorInfo): Reference {
    const id = this.#id(tensor);
    return this.#known.get(id) ?? this.#older(id);
  }

  /** The first reason counts. */
  #refuse(cause: string): void {
    this.#refusal ??= { part: runningPart(), cause };
  }
}

const bytesOf = (values: NativeValues): Uint8Array =>
  ArrayBuffer.isView(values)
    ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    : Uint8Array.from(values as unknown as ArrayLike<number>, Number); // bools as an array

/** Where two records of one computation part, as a reason; null: nowhere. */
export function difference(first: Trace, second: Trace): Refusal | null {
  const cause = 'computes something else at each step: what it makes in JavaScript would be frozen';
  const length = Math.max(first.entries.length, second.entries.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [first.entries[i], second.entries[i]];
    if (!a || !b || !sameEntry(a, b)) return { part: (b ?? a)!.part, cause };
  }
  const ends = (trace: Trace): string => JSON.stringify([trace.outputs, [...trace.assigned]]);
  return ends(first) === ends(second) ? null : { part: null, cause };
}

function sameEntry(a: TraceEntry, b: TraceEntry): boolean {
  if (a.kind === 'constant') return b.kind === 'constant' && sameConstant(a, b);
  return b.kind === 'operation' && a.op === b.op && wiring(a) === wiring(b);
}

const sameConstant = (a: TracedConstant, b: TracedConstant): boolean =>
  a.type === b.type && String(a.shape) === String(b.shape) && a.bytes.equals(b.bytes);

const wiring = ({ attributes, inputs, shapes, types }: TracedOperation): string =>
  JSON.stringify([attributes, inputs, shapes, types]);
