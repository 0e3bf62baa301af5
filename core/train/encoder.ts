/** An encoder as the core uses it: built, named, seeded, counted and run. */
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { EncoderContext, Input, Shape, Step } from '../contract/index.js';
import { adaptLayers } from '../engine/adapt-layers.js';
import { type LayerInitializer, recordWeights } from '../engine/build-scope.js';
import { drawLayerInitial } from '../engine/layer-initial.js';
import { type NamedWeight, namedWeights, nameLayers, placedLayers } from '../engine/layer-tree.js';
import { layers } from '../engine/layers.js';
import { type StepPosition, withStep } from '../engine/step-scope.js';
import { loadLayersModel } from '../engine/stored-model.js';
import { checkModel, explainFailure, refuseConstraints } from './encoder-checks.js';
import { dependsOnBatch, type LayerSummary, summarize } from './encoder-summary.js';

/** A weight that the core owns: of the encoder, or declared by a distance, head or loss. */
export interface OwnedWeight {
  /** Stable and unique within its owner: `dense-1/kernel`. */
  readonly name: string;
  readonly variable: Variable;
  readonly shape: Shape;
  readonly trainable: boolean;
  /** Whether weight decay acts on it: not on biases, nor on what normalisation layers scale and shift by. */
  readonly decay: boolean;
}

export interface BuiltEncoder {
  readonly model: tfl.LayersModel;
  readonly inputs: readonly Input[];
  /** Length of an embedding. */
  readonly dimensions: number;
  /** Trainable or not, in the order of the model. */
  readonly weights: readonly OwnedWeight[];
  /** Numbers in all weights, moving averages included; and in those that are trained. */
  readonly parameters: number;
  readonly trainableParameters: number;
  readonly layers: readonly LayerSummary[];
  /** An item's embedding depends on its batch in training: left and right must then be two passes. */
  readonly dependsOnBatch: boolean;
  /** Draws every weight anew by (seed, path, name). Weights that came with values keep them. */
  initialize(seed: number): void;
  /**
   * Inputs in their order, each [batch, ...shape] -> [batch, dimensions]. In training the moving averages of batch
   * normalisation move at every call. Give the same `step` object to every call within one step, and a new one to the next.
   */
  apply(batch: readonly Tensor[], step: Step & Pick<StepPosition, 'piece'>): Tensor;
  /** Sum of the layers' regularization terms [], null without any. */
  regularization(): Tensor | null;
  dispose(): void;
}

export interface EncoderSpec {
  /** Name of the plugin, for messages. */
  readonly plugin: string;
  /** The plugin's factory, its options bound. */
  readonly create: (context: EncoderContext) => unknown;
  readonly inputs: readonly Input[];
  /** null: shapes and counts only, all weights stay 0. */
  readonly seed: number | null;
  /** Where it stands in the recipe: `encoder` (default), `encoder.left`. Its weights and masks are seeded by it. */
  readonly path?: string;
}

/** What an encoder's factory gets, also one that is a part of another encoder. */
export function encoderContext(inputs: readonly Input[]): EncoderContext {
  return {
    inputs,
    layers,
    input: ({ shape, dtype }) => tfl.input({ shape: [...shape], dtype }),
    load: loadLayersModel,
    model: ({ inputs: from, outputs }) => tfl.model({ inputs: from, outputs }),
  };
}

/**
 * Builds an encoder. Needs no engine: before one is chosen, building uses the pure JavaScript backend.
 * Errors: PLUGIN_FAILED where the factory throws or returns what it must not; what the factory itself reports.
 */
export function buildEncoder(spec: EncoderSpec): BuiltEncoder {
  const path = spec.path ?? 'encoder';
  return explainFailure({ ...spec, path }, () => {
    const { result, initializers } = recordWeights(() => spec.create(encoderContext(spec.inputs)));
    const { model, dimensions } = checkModel(result, { ...spec, path });
    nameLayers(model, path.replaceAll('.', '-'));
    refuseConstraints(namedWeights(model), { ...spec, path });
    adaptLayers(placedLayers(model), path);
    const built = assemble(model, { inputs: spec.inputs, dimensions, path, initializers });
    if (spec.seed !== null) built.initialize(spec.seed);
    return built;
  });
}

interface Parts {
  readonly inputs: readonly Input[];
  readonly dimensions: number;
  readonly path: string;
  readonly initializers: ReadonlyMap<tfl.LayerVariable, LayerInitializer>;
}

function assemble(model: tfl.LayersModel, { inputs, dimensions, path, initializers }: Parts): BuiltEncoder {
  const named = namedWeights(model);
  const trained = new Set(model.trainableWeights);
  const weights = named.map((weight) => owned(weight, trained.has(weight.held)));
  const terms = [...new Set(placedLayers(model).map(({ layer }) => layer))].flatMap(({ losses }) => losses);
  let seed: number | null = null;
  return {
    model,
    inputs,
    dimensions,
    weights,
    parameters: count(weights),
    trainableParameters: count(weights.filter(({ trainable }) => trainable)),
    layers: summarize(model),
    dependsOnBatch: dependsOnBatch(model),
    initialize(to) {
      seed = to;
      draw(named, initializers, { seed, path });
    },
    apply(batch, step) {
      if (seed === null) throw new Error('this encoder was built for its shapes only: initialize it with a seed');
      const output = withStep(step, seed, () => model.apply([...batch], { training: step.training }));
      return output as Tensor; // [batch, dimensions]
    },
    regularization: () => (terms.length > 0 ? tfc.tidy(() => tfc.addN(terms.map((term) => term()))) : null), // []
    dispose: () => tfc.dispose(weights.map(({ variable }) => variable)),
  };
}

const undecayed = /(^|_)bias$|^(gamma|beta|alpha)$/;
function owned({ name, variable }: NamedWeight, trainable: boolean): OwnedWeight {
  const decay = trainable && !undecayed.test(name.split('/').at(-1)!);
  return { name, variable, shape: variable.shape, trainable, decay };
}

const count = (weights: readonly OwnedWeight[]): number =>
  weights.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);

function draw(
  named: readonly NamedWeight[],
  initializers: ReadonlyMap<tfl.LayerVariable, LayerInitializer>,
  { seed, path }: { readonly seed: number; readonly path: string },
): void {
  for (const { name, held, variable } of named) {
    const initializer = initializers.get(held);
    if (!initializer) continue; // it came with its values
    const values = drawLayerInitial(initializer, variable.shape, { seed, name: `${path}/${name}` });
    tfc.tidy(() => variable.assign(tfc.tensor(values, variable.shape))); // shape
  }
}
