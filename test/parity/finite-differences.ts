import * as tfc from '@tensorflow/tfjs-core';
import { type Op, pullback } from './case.js';

const STEP = 1e-2;
/** Elements of one input that are tried: spread over it, so that edges and insides are among them. */
const TRIED = 12;

/** One element of one input: the gradient that tfjs gives, and (f(x+h) - f(x-h)) / 2h. */
export interface Difference {
  readonly input: number;
  readonly element: number;
  readonly gradient: number;
  readonly difference: number;
}

/** Both for some elements of every input. f is the sum of the output times fixed numbers, in double precision. */
export function differences(op: Op, makeInputs: () => readonly tfc.Tensor[]): Difference[] {
  return tfc.tidy(() => {
    const inputs = makeInputs();
    const pull = pullback(op(...inputs).shape); // the output's shape
    const gradients = tfc
      .grads(op)([...inputs], pull)
      .map((gradient) => gradient.dataSync());
    const factors = pull.dataSync();
    return inputs.flatMap((input, at) => {
      const values = input.dataSync();
      const value = (element: number, step: number): number =>
        tfc.tidy(() => {
          const moved = values.slice();
          moved[element]! += step;
          const changed = inputs.map((same, other) => (other === at ? tfc.tensor(moved, input.shape) : same)); // as inputs
          const output = Array.from(op(...changed).dataSync());
          return output.reduce((sum, one, place) => sum + one * factors[place]!, 0);
        });
      return elements(values.length).map((element) => ({
        input: at,
        element,
        gradient: gradients[at]![element]!,
        difference: (value(element, STEP) - value(element, -STEP)) / (2 * STEP),
      }));
    });
  });
}

function elements(size: number): number[] {
  const count = Math.min(size, TRIED);
  return Array.from({ length: count }, (_, at) => (count === 1 ? 0 : Math.round((at * (size - 1)) / (count - 1))));
}
