import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Json } from '../../contract/index.js';
import { fail, suggestion } from '../../problem/index.js';

/** The inputs of a case by name, as JSON: numbers, rows of numbers. */
export type CaseInputs = Readonly<Record<string, Json>>;
export type Given = Readonly<Record<string, Tensor>>;

/** Inputs that go together; `optional` ones may be absent. */
export interface Form {
  readonly inputs: readonly string[];
  readonly optional?: readonly string[];
}

/** Of several forms the first whose inputs are all there. Errors: DATA_FORMAT, where none fits or an input has no use. */
export function chooseForm<F extends Form>(
  forms: readonly F[],
  inputs: CaseInputs,
  whose: { readonly name: string; readonly reads?: string; readonly weights: readonly string[] },
): F {
  const choices = forms.map((form) => form.inputs.join(', ')).join(' or ');
  const form = forms.find((one) => one.inputs.every((name) => name in inputs));
  if (!form) {
    const got = Object.keys(inputs).join(', ') || 'nothing';
    const reads = whose.reads === undefined ? '' : ` reads a ${whose.reads} and`;
    return fail('DATA_FORMAT', `${whose.name}${reads} needs the inputs ${choices}, got ${got}`);
  }
  const known = [...form.inputs, ...(form.optional ?? []), ...whose.weights];
  for (const name of Object.keys(inputs)) {
    if (known.includes(name)) continue;
    const near = suggestion(name, known) || '.';
    fail('DATA_FORMAT', `${whose.name} has no use for the input "${name}"${near} Its inputs: ${known.join(', ')}`);
  }
  return form;
}

/** Inputs that are one number a row; all others are rows of numbers. */
const vectors: readonly string[] = ['score', 'distance', 'target', 'labels'];

/**
 * The form's inputs as tensors: [n] each of score, distance, target and labels (int32), [n, d] the others, of one n and one d.
 * Errors: DATA_FORMAT, DATA_VALUE, DATA_SIZE.
 */
export function readForm(form: Form, inputs: CaseInputs): Given {
  const names = [...form.inputs, ...(form.optional ?? [])].filter((name) => name in inputs);
  const given = Object.fromEntries(
    names.map((name) => {
      const tensor = readTensor(name, inputs[name]!); // [n] or [n, d]
      const rank = vectors.includes(name) ? 1 : 2;
      const wanted = rank === 1 ? 'a list of numbers' : 'a list of rows of numbers';
      if (tensor.rank !== rank)
        fail('DATA_FORMAT', `the input ${name} must be ${wanted}, its shape is [${tensor.shape}]`);
      return [name, name === 'labels' ? integers(name, tensor) : tensor];
    }),
  );
  for (const axis of [0, 1]) agree(given, axis);
  return given;
}

/** Nested lists of numbers -> a tensor of their shape. Errors: DATA_FORMAT (ragged, not numbers), DATA_VALUE. */
export function readTensor(name: string, json: Json): Tensor {
  const shape: number[] = [];
  for (let level: Json | undefined = json; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values: number[] = [];
  const visit = (value: Json, depth: number): void => {
    if (Array.isArray(value) && value.length === shape[depth]) for (const inner of value) visit(inner, depth + 1);
    else if (typeof value === 'number' && depth === shape.length) values.push(value);
    else
      fail(
        'DATA_FORMAT',
        `the input ${name} must be numbers in rows of one length, got ${JSON.stringify(value).slice(0, 60)}`,
      );
  };
  visit(json, 0);
  const wrong = values.find((value) => !Number.isFinite(Math.fround(value)));
  if (wrong !== undefined) fail('DATA_VALUE', `the input ${name} holds ${wrong}, which is no finite float32`);
  return tfc.tensor(values, shape, 'float32'); // shape
}

function integers(name: string, tensor: Tensor): Tensor {
  const values = tensor.dataSync();
  const wrong = values.find((value) => !Number.isInteger(value));
  if (wrong !== undefined) fail('DATA_VALUE', `the input ${name} holds ${wrong}: labels are whole numbers`);
  return tfc.tensor(Int32Array.from(values), tensor.shape, 'int32'); // [n]
}

function agree(given: Given, axis: number): void {
  const [first, ...rest] = Object.entries(given).filter(([, tensor]) => tensor.rank > axis);
  for (const [name, tensor] of rest) {
    const [size, other] = [first![1].shape[axis]!, tensor.shape[axis]!];
    const words = axis === 0 ? 'the same number of rows' : 'rows of the same length';
    if (size !== other) fail('DATA_SIZE', `${first![0]} and ${name} must have ${words}, got ${size} and ${other}`);
  }
}
