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
  readonly kind: K;
  readonly token: symbol;
}

const slot = <K extends Kind>(kind: K): Slot<K> => Object.freeze({ kind, token: Symbol(kind) });

export const Encoder = slot('encoder');
export const Distance = slot('distance');
export const Head = slot('head');
export const Loss = slot('loss');
export const Sampler = slot('sampler');
export const Source = slot('source');
export const Split = slot('split');
export const Optimizer = slot('optimizer');
export const Schedule = slot('schedule');
export const Augmentation = slot('augmentation');
export const Evaluator = slot('evaluator');
export const Tracker = slot('tracker');

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
