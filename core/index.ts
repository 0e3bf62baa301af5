/**
 * The door of siamese: what programs and plugins import from `siamese`. No logic.
 *
 * - **With a recipe**: {@link checkRecipe}, {@link planRecipe}, {@link runRecipe}; with its model: {@link loadModel}.
 * - **In a plugin**: {@link definePlugin} with the slot of its kind, and {@link ops} or {@link layers} to compute with. What
 *   each kind must be stands on a page of its own: augmentation, distance, encoder, evaluator, head, loss, optimizer,
 *   sampler, schedule, source, split, tracker.
 *
 * @module siamese
 */
import { builtIn } from '../plugins/index.js';
import { createLibrary, type Library } from './run/library.js';

const library: Library = createLibrary(builtIn);

/**
 * Checks a recipe without training, and resolves it. It throws nothing for a recipe that is wrong: that is its answer.
 *
 * @function
 * @param recipe Its file, or an object that says the same.
 * @param options `data: false` leaves the data files alone: then it is done in some hundredths of a second.
 * @returns Everything that is wrong, at its place; and the plan, null where a problem is an error.
 */
export const checkRecipe: Library['checkRecipe'] = library.checkRecipe;
/**
 * Resolves a recipe: every default, and where each value came from.
 *
 * @function
 * @param recipe Its file, or an object that says the same.
 * @throws {@link ProblemError} with everything that is wrong.
 */
export const planRecipe: Library['planRecipe'] = library.planRecipe;
/**
 * Trains and evaluates a recipe, and leaves a run folder.
 *
 * @function
 * @param recipe Its file, or an object that says the same.
 * @param options Where the run folder goes, what is told meanwhile (`onEvent`), and what ends it early (`signal`).
 * @returns The run folder, and what its result.json says. An interrupted run is a result too: see its `status`.
 * @throws {@link ProblemError} with everything that is wrong; result.json then says `failed`.
 */
export const runRecipe: Library['runRecipe'] = library.runRecipe;
/**
 * Opens the model of a run folder, to embed and compare items with. `close` it when it is done with.
 *
 * @function
 * @param run The run folder.
 * @throws {@link ProblemError} where the folder holds no whole model, or the engine that was asked for cannot be used.
 */
export const loadModel: Library['loadModel'] = library.loadModel;

export type { Tensor } from '@tensorflow/tfjs-core';
export * from './contract/index.js';
export type { RawRow, RawValue } from './data/fields.js';
export type { LayerConfig, PositionalEncodingConfig, SelfAttentionConfig } from './engine/attention.js';
export type { EngineChoice } from './engine/engine.js';
export { type Layer, type Layers, layers } from './engine/layers.js';
export type { NgramIdsConfig } from './engine/ngrams.js';
export * as ops from './engine/ops.js';
export type { StatelessRandom } from './engine/step-random.js';
export type { Interval } from './evaluate/bootstrap.js';
export type { Evaluation, Judgement } from './evaluate/evaluate.js';
export type { Operating } from './evaluate/operating.js';
export {
  type Context,
  type Definition,
  definePlugin,
  type Inject,
  type Part,
  type Parts,
  type Plugin,
} from './plugin/define.js';
export type { OptionSchema, OptionsOf, OptionsSchema } from './plugin/options.js';
export type { Options } from './plugin/view.js';
export { type Code, type Place, type Problem, ProblemError } from './problem/index.js';
export type { Drawing } from './random/index.js';
export type { Plan, PluginUse } from './recipe/types.js';
export type {
  CheckedRecipe,
  CheckOptions,
  LoadOptions,
  PlannedRecipe,
  Recipe,
  RunOptions,
} from './run/library.js';
export type { StoredThreshold } from './run/model.js';
export type { RunEvent } from './run/request.js';
export type { ApartResult, BaselineName, Baselines, Figures, Intervals, PartResult, RunResult } from './run/result.js';
export type { FinishedRun } from './run/run.js';
export type { Items, ItemValues, TrainedModel } from './run/trained-model.js';
export type { TrainingEvent } from './train/events.js';
export type { HealthSignal } from './train/health/signal.js';
