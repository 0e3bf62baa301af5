/** Weights as plain arrays, by name: what a model file and a checkpoint hold. */
import * as tfc from '@tensorflow/tfjs-core';
import { type Problem, ProblemError, problem } from '../problem/index.js';

export interface NamedArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
export type NamedArrays = Readonly<Record<string, NamedArray>>;
interface Holder {
  readonly name: string;
  readonly variable: tfc.Variable;
}

/** Copies of the weights' values. */
export function exportWeights(weights: readonly Holder[]): NamedArrays {
  return Object.fromEntries(
    weights.map(({ name, variable }) => [
      name,
      { shape: [...variable.shape], values: Float32Array.from(variable.dataSync()) },
    ]),
  );
}

/**
 * Sets every weight from arrays of the same names and shapes, copying them; nothing is changed where anything does not fit.
 * Errors: RUN_FOLDER, one for each weight that is missing, unknown or of another shape.
 */
export function importWeights(weights: readonly Holder[], arrays: NamedArrays): void {
  const known = new Set(weights.map(({ name }) => name));
  const problems = [
    ...weights.flatMap((weight) => misfit(weight, arrays[weight.name])),
    ...Object.keys(arrays).flatMap((name) =>
      known.has(name) ? [] : [wrong(`the saved weight ${name} belongs to nothing in the model`)],
    ),
  ];
  if (problems.length > 0) throw new ProblemError(problems);
  for (const { name, variable } of weights) {
    tfc.tidy(() => variable.assign(tfc.tensor(arrays[name]!.values.slice(), variable.shape))); // shape
  }
}

function misfit({ name, variable }: Holder, saved: NamedArray | undefined): readonly Problem[] {
  if (!saved) return [wrong(`the model's weight ${name} is not among the saved ones`)];
  const [is, must] = [saved.shape, variable.shape].map((shape) => `[${shape.join(', ')}]`);
  if (is !== must) return [wrong(`the saved weight ${name} is ${is}, the model's is ${must}`)];
  if (saved.values.length === variable.size) return [];
  return [wrong(`the saved weight ${name} holds ${saved.values.length} numbers instead of ${variable.size}`)];
}

const wrong = (message: string): Problem => problem('RUN_FOLDER', message);
