/** From a side's columns to the inputs of the network: planned by the recipe, fitted on the training part. */
export { columnsOfFields, type FittedFields, fitFields, inputsOf, needsFitting, restoreFields } from './fields/fit.js';
export type { Scaling } from './fields/gather.js';
export { planFields } from './fields/plan.js';
export type { RawRow, RawValue } from './fields/raw.js';
export type { FieldSpec, Stored, StoredValues } from './fields/spec.js';
