/**
 * The twelve slots of a recipe, which `definePlugin` takes first.
 * @module slot
 */
/** The twelve kinds of plugins. */
export type Kind =
  | 'encoder'
  | 'distance'
  | 'head'
  | 'loss'
  | 'sampler'
  | 'source'
  | 'split'
  | 'optimizer'
  | 'schedule'
  | 'augmentation'
  | 'evaluator'
  | 'tracker';

/** A slot is the recipe's key, the registry's shelf and the container's token. */
export interface Slot<K extends Kind> {
  /** The kind of plugin that fills it. */
  readonly kind: K;
  /** Its identity inside a run. */
  readonly token: symbol;
}

const slot = <K extends Kind>(kind: K): Slot<K> => Object.freeze({ kind, token: Symbol(kind) });

/** Maps inputs to an embedding. */
export const Encoder = slot('encoder');
/** Measures how far apart two embeddings are. */
export const Distance = slot('distance');
/** Turns a pair of embeddings into a score. */
export const Head = slot('head');
/** What training makes small. */
export const Loss = slot('loss');
/** Decides which items meet in a batch. */
export const Sampler = slot('sampler');
/** Reads data. */
export const Source = slot('source');
/** Divides data into training, validation and test. */
export const Split = slot('split');
/** Changes the weights by their gradients. */
export const Optimizer = slot('optimizer');
/** A factor on the learning rate, step by step. */
export const Schedule = slot('schedule');
/** Changes inputs at random while training. */
export const Augmentation = slot('augmentation');
/** Measures a model. */
export const Evaluator = slot('evaluator');
/** Sends what happens in a run elsewhere. */
export const Tracker = slot('tracker');

/** Every slot, by its kind. */
export const slots = Object.freeze({
  encoder: Encoder,
  distance: Distance,
  head: Head,
  loss: Loss,
  sampler: Sampler,
  source: Source,
  split: Split,
  optimizer: Optimizer,
  schedule: Schedule,
  augmentation: Augmentation,
  evaluator: Evaluator,
  tracker: Tracker,
});
/** In the order in which they are shown. */
export const kinds: readonly Kind[] = Object.freeze(Object.keys(slots) as Kind[]);
