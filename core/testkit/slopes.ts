/** Gradients against finite differences, by slopes along directions. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Drawing } from '../random/index.js';
import { notFinite, short, valuesOf } from './numbers.js';
import { replace } from './watch.js';

export type Scalar = (inputs: readonly Tensor[]) => Tensor;

/** The gradient of the sum of `f` by each input, its shape; an input that is not reached has 0. */
export function gradientOf(f: Scalar, inputs: readonly Tensor[]): { value: number; gradients: number[][] } {
  // numbers are read outside: what leaves a tidy is searched for tensors, number by number
  const [value, ...gradients] = tfc.tidy(() => {
    const { value, grads } = tfc.engine().gradients(() => tfc.sum(f(inputs)), [...inputs], undefined, true); // []
    const found = grads as readonly (Tensor | null)[];
    return [value, ...inputs.map((input, i) => found[i] ?? tfc.zerosLike(input))]; // each: its input's shape
  });
  const read = { value: valuesOf(value!)[0]!, gradients: gradients.map(valuesOf) };
  tfc.dispose([value!, ...gradients]);
  return read;
}

/** What is not finite in the value or the gradient of `f`, in words, else null. */
export function gradientNotFinite(f: Scalar, inputs: readonly Tensor[]): string | null {
  const { value, gradients } = gradientOf(f, inputs);
  return notFinite([value], 'the value') ?? notFinite(gradients.flat(), 'the gradient');
}

const steps = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3];

export interface SlopeCheck {
  /** What the gradient is not, in words; null where it is right. */
  readonly wrong: string | null;
  /** It is right only if what `ops.stopGradient` and `ops.constant` hold is held in the differences too. */
  readonly held: boolean;
}

/** Compares the gradient with differences of `f` along its own direction and three random ones. */
export function checkSlopes(f: Scalar, inputs: readonly Tensor[], draw: Drawing): SlopeCheck {
  const free = slopesDiffer(f, inputs, draw);
  if (free === null) return { wrong: null, held: false };
  const frozen = freezing(f, inputs);
  return { wrong: slopesDiffer(frozen, inputs, draw) === null ? null : free, held: true };
}

function slopesDiffer(f: Scalar, inputs: readonly Tensor[], draw: Drawing): string | null {
  const { gradients } = gradientOf(f, inputs);
  const gradient = gradients.flat();
  const length = Math.hypot(...gradient);
  const wrong = [0, 1, 2, 3]
    .map((k) => direction(gradient, k, draw))
    .map((along) => {
      const slope = along.reduce((sum, part, i) => sum + part * gradient[i]!, 0);
      return compare(slope, length, (size) =>
        valueAlong(
          f,
          inputs,
          along.map((part) => part * size),
        ),
      );
    })
    .filter((one) => one !== null);
  return wrong[0] ?? null;
}

/** Length 1: the gradient's own, then mixtures with random ones, so that the slopes are not lost in rounding. */
function direction(gradient: readonly number[], k: number, draw: Drawing): number[] {
  const size = Math.hypot(...gradient);
  const unit = gradient.map((part) => (size > 0 ? part / size : 0));
  const noise = gradient.map(() => draw.normal());
  const noiseSize = Math.hypot(...noise);
  const mixed = unit.map((part, i) => (k === 0 && size > 0 ? part : part + noise[i]! / noiseSize));
  const total = Math.hypot(...mixed);
  return mixed.map((part) => part / total);
}

/** Right where one size of step agrees; a direction in which every size straddles a kink says nothing. */
function compare(slope: number, length: number, value: (size: number) => number): string | null {
  const at = value(0);
  const tolerance = 0.02 * length + 1e-5;
  const found = steps.map((size) => {
    const [forward, backward] = [(value(size) - at) / size, (at - value(-size)) / size];
    const rounding = (4e-7 * Math.max(1e-3, Math.abs(at))) / size;
    return { central: (forward + backward) / 2, kink: Math.abs(forward - backward), rounding };
  });
  if (found.some(({ central, rounding }) => Math.abs(central - slope) <= tolerance + rounding)) return null;
  const smooth = found.filter(({ kink, rounding }) => kink <= 0.2 * length + 2 * rounding + 1e-4);
  if (smooth.length === 0) return null;
  return `its slope along a direction is ${short(slope)} by the gradient, ${short(smooth.at(-1)!.central)} by differences`;
}

/** The sum of f, in double precision, at the inputs moved along. */
function valueAlong(f: Scalar, inputs: readonly Tensor[], by: readonly number[]): number {
  return tfc.tidy(() => {
    let from = 0;
    const moved = inputs.map((input) => {
      const values = valuesOf(input).map((value, i) => value + by[from + i]!);
      from += input.size;
      return tfc.tensor(values, input.shape); // shape of the input
    });
    return valuesOf(f(moved)).reduce((sum, value) => sum + value, 0);
  });
}

/**
 * `f` whose constants of the gradient stay what they are at `inputs`: masks, and what is stopped on purpose. tfjs keeps
 * no gradient of operations below the outermost depth, and `ops.constant` raises it: their results are kept in order.
 */
function freezing(f: Scalar, inputs: readonly Tensor[]): Scalar {
  const kept: { readonly values: tfc.TypedArray; readonly shape: number[]; readonly dtype: tfc.DataType }[] = [];
  tfc.tidy(() =>
    atDepth(
      (result) => {
        kept.push({ values: result.dataSync().slice(), shape: result.shape, dtype: result.dtype });
        return result;
      },
      () => f(inputs),
    ),
  );
  return (moved) => {
    let next = 0;
    return atDepth(
      (result) => {
        const same = kept[next++];
        return same && same.shape.join() === result.shape.join()
          ? tfc.tensor(same.values, same.shape, same.dtype)
          : result; // its shape
      },
      () => f(moved),
    );
  };
}

function atDepth<T>(each: (result: Tensor) => Tensor, run: () => T): T {
  const engine = tfc.engine();
  let nested = 0;
  const back = replace(
    engine,
    'runKernel',
    (original) =>
      function (...args) {
        const held = engine.state.kernelDepth > 0 && nested === 0;
        nested++; // an operation saves what its gradient needs by operations of its own
        try {
          const result = original.apply(this, args);
          return held && result instanceof tfc.Tensor ? each(result) : result;
        } finally {
          nested--;
        }
      },
  );
  try {
    return run();
  } finally {
    back();
  }
}
