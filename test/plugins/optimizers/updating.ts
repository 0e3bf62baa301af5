import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { check } from '../../../core/plugin/check.js';
import type { Plugin } from '../../../core/plugin/define.js';
import type { Schema } from '../../../core/plugin/schema.js';
import { type Options, view } from '../../../core/plugin/view.js';

export type Vector = readonly number[];
/** Weight and slots after an update. */
export interface State {
  readonly weight: Vector;
  readonly slots: Readonly<Record<string, Vector>>;
}
/** One update in float64, written with loops over single numbers. */
export type Oracle = (
  at: { readonly weight: number; readonly slots: Record<string, number> },
  by: { readonly gradient: number; readonly learningRate: number; readonly step: number },
) => number;

export function completed(plugin: Plugin<'optimizer'>, given: Options = {}): Options {
  const { value, mistakes } = check(plugin.options as Schema, given);
  if (mistakes.length > 0) throw new Error(`${plugin.name}: ${JSON.stringify(mistakes)}`);
  return value as Options;
}

interface Course {
  readonly options?: Options;
  readonly start: Vector;
  /** Of the loss, at a weight. */
  readonly gradient: (weight: Vector) => Vector;
  readonly steps: number;
  readonly learningRate: number;
  readonly decay?: boolean;
}

/** The states after each update, as the plugin computes them. */
export function course(
  plugin: Plugin<'optimizer'>,
  { options, start, gradient, steps, learningRate, decay = true }: Course,
): State[] {
  const { create, slots: fills } = view(plugin);
  const optimizer = create(completed(plugin, options), {});
  const states: State[] = [];
  let weight: Vector = start.map(Math.fround);
  let slots: Record<string, Vector> = mapValues(fills, (fill) => start.map(() => Math.fround(fill)));
  for (let step = 1; step <= steps; step++) {
    tfc.tidy(() => {
      const next = optimizer.update({
        weight: vector(weight), // [weights]
        gradient: vector(gradient(weight)), // [weights]
        slots: mapValues(slots, vector), // [weights] each
        learningRate: tfc.scalar(learningRate), // []
        step: tfc.scalar(step), // []
        decay,
      });
      weight = [...next.weight.dataSync()];
      slots = mapValues(next.slots as Record<string, Tensor>, (slot) => [...slot.dataSync()]);
    });
    states.push({ weight, slots });
  }
  return states;
}

/** The weights after each update, by the oracle; `slots` are what they start with. */
export function oracleCourse(
  oracle: Oracle,
  slots: Readonly<Record<string, number>>,
  { start, gradient, steps, learningRate }: Course,
): Vector[] {
  const own = start.map(() => ({ ...slots }));
  const weights: Vector[] = [];
  let weight: Vector = start;
  for (let step = 1; step <= steps; step++) {
    const by = gradient(weight);
    weight = weight.map((value, i) =>
      oracle({ weight: value, slots: own[i]! }, { gradient: by[i]!, learningRate, step }),
    );
    weights.push(weight);
  }
  return weights;
}

/** Gradient of sum(curvature/2 * (weight - target)^2): well and badly scaled directions at once. */
export const quadratic = (weight: Vector): Vector =>
  weight.map((value, i) => [1, 10, 0.01, 3][i]! * (value - [0.5, -1, 2, 0][i]!));
export const start: Vector = [2, 1, -1, 0.25];

const vector = (values: Vector): Tensor => tfc.tensor1d([...values]); // [weights]
const mapValues = <A, B>(values: Readonly<Record<string, A>>, each: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, each(value)]));
