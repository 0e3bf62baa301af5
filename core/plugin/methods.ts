import type { Kind } from '../contract/index.js';

/** Methods that what a factory returns must have; of an encoder, which is a model, and of a loss, whose `needs` decide, none. */
export const methodsOf: Readonly<Record<Kind, readonly string[]>> = {
  encoder: [],
  distance: ['between'],
  head: ['score'],
  loss: [],
  sampler: ['plan', 'sample'],
  source: ['describe', 'open'],
  split: ['assign'],
  optimizer: ['update'],
  schedule: ['factor'],
  augmentation: ['augment'],
  evaluator: ['begin'],
  tracker: ['open'],
};
