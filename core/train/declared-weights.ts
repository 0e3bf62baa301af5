/** Weights that distances, heads and losses declare as data: their shapes and initial values. */
import type { Facts, Shape, WeightSpec } from '../contract/index.js';
import { drawInitial, type InitialPlace } from '../engine/initial.js';
import { fail } from '../problem/index.js';
import type { NamedArray } from './weights.js';

/** What sizes are made of: the plan's facts and the plugin's options. */
export interface Sizes {
  readonly facts: Facts;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * The shape of a declared weight. `name`: its place in the run, `loss/proxies`.
 * Errors: PLUGIN_FAILED, a size that is no fact, no integer option and no number from 1.
 */
export function declaredShape(spec: WeightSpec, name: string, { facts, options }: Sizes): Shape {
  const known: Readonly<Record<string, unknown>> = {
    ...options,
    groups: facts.groups,
    dimensions: facts.dimensions,
    batchSize: facts.batchSize,
  };
  return spec.shape.map((size) => {
    const value = typeof size === 'number' ? size : known[size];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
    return fail(
      'PLUGIN_FAILED',
      `the weight ${name} is declared with the size ${size}, which is ${String(value)}: it must be an integer from 1, ` +
        "'groups', 'dimensions', 'batchSize' or an integer option",
    );
  });
}

/** A declared weight as it starts, the same for a seed on every engine. Errors: as `declaredShape`; an initializer unfit for the shape. */
export function initialWeight(spec: WeightSpec, place: InitialPlace, sizes: Sizes): NamedArray {
  const shape = declaredShape(spec, place.name, sizes);
  try {
    return { shape, values: drawInitial(spec.initializer, shape, place) };
  } catch (error) {
    return fail('PLUGIN_FAILED', `the weight ${place.name}: ${(error as Error).message}`);
  }
}
