/** The door of siamese: what recipes' plugins and other programs import. No logic. */
import { builtIn } from '../plugins/index.js';
import { createLibrary } from './run/library.js';

export const { checkRecipe, planRecipe, runRecipe, loadModel } = createLibrary(builtIn);

export type { Tensor } from '@tensorflow/tfjs-core';
export * from './contract/index.js';
export type { RawRow, RawValue } from './data/fields.js';
export { type Layers, layers } from './engine/layers.js';
export * as ops from './engine/ops.js';
export { definePlugin, type Inject, type Part, type Parts, type Plugin } from './plugin/define.js';
export type { OptionSchema, OptionsOf, OptionsSchema } from './plugin/options.js';
export { type Code, type Place, type Problem, ProblemError } from './problem/index.js';
export type { Plan } from './recipe/types.js';
export type {
  CheckedRecipe,
  CheckOptions,
  LoadOptions,
  PlannedRecipe,
  Recipe,
  RunOptions,
} from './run/library.js';
export type { RunEvent } from './run/request.js';
export type { RunResult } from './run/result.js';
export type { FinishedRun } from './run/run.js';
export type { Items, ItemValues, TrainedModel } from './run/trained-model.js';
