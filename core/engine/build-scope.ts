/**
 * Weights as they are made. tfjs-layers draws initial weights from an unseeded generator: inside a build they are made of
 * zeros (which is also cheap) and their initializers are kept, so that they can be drawn by (seed, name) once they have names.
 * Outside a build nothing changes.
 */
import * as tfc from '@tensorflow/tfjs-core';
import './cpu.js';
import * as tfl from '@tensorflow/tfjs-layers';

/** An initializer of tfjs-layers. */
export interface LayerInitializer {
  apply(shape: number[], dtype?: tfc.DataType): tfc.Tensor;
  getClassName(): string;
  getConfig(): tfc.serialization.ConfigDict;
}
type Made = { readonly initializer: LayerInitializer; readonly dataId: object };
type AddWeight = (
  this: tfl.layers.Layer,
  name: string,
  shape: number[],
  dtype: tfc.DataType | undefined,
  initializer: LayerInitializer,
  ...rest: unknown[]
) => tfl.LayerVariable;

let made: Map<tfl.LayerVariable, Made> | null = null;

const zeros = (like: LayerInitializer): LayerInitializer => ({
  apply: (shape, dtype) => tfc.zeros(shape, dtype), // shape
  getClassName: () => like.getClassName(),
  getConfig: () => like.getConfig(),
});
const prototype = tfl.layers.Layer.prototype as unknown as { addWeight: AddWeight };
const original = prototype.addWeight;
prototype.addWeight = function (name, shape, dtype, initializer, ...rest) {
  if (!made) return original.call(this, name, shape, dtype, initializer, ...rest);
  const variable = original.call(this, name, shape, dtype, zeros(initializer), ...rest);
  made.set(variable, { initializer, dataId: variable.read().dataId });
  return variable;
};

/** Disposed of by the build itself: a layer of a loaded model that was cut off. */
const isGone = (variable: tfl.LayerVariable): boolean =>
  (variable as unknown as { readonly val: tfc.Variable }).val.isDisposed;

/**
 * Runs `build` and tells which weights it made and left untouched, with the initializers to draw them by. Weights that came
 * with values (a loaded model's, or `weights` given to a layer) are not among them.
 * Works before an engine is chosen: the zeros are then made by the JavaScript backend, and move when they are first used.
 */
export function recordWeights<T>(build: () => T): {
  readonly result: T;
  readonly initializers: ReadonlyMap<tfl.LayerVariable, LayerInitializer>;
} {
  if (!tfc.engine().backendName) void tfc.setBackend('cpu'); // takes effect at once: this backend starts synchronously
  const outer = made;
  made = new Map();
  try {
    const result = build();
    const untouched = [...made].filter(
      ([variable, { dataId }]) => !isGone(variable) && variable.read().dataId === dataId,
    );
    return { result, initializers: new Map(untouched.map(([variable, { initializer }]) => [variable, initializer])) };
  } finally {
    made = outer;
  }
}
