/** The door of siamese. No logic. */
export * from './contract/index.js';
export * as ops from './engine/ops.js';
export { definePlugin, type Inject, type Part, type Parts, type Plugin } from './plugin/define.js';
export type { OptionSchema, OptionsOf, OptionsSchema } from './plugin/options.js';
export { type Code, type Place, type Problem, ProblemError } from './problem/index.js';
export type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
export type { Tensor } from '@tensorflow/tfjs-core';
