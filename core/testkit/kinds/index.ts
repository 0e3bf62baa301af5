/** What is tried of each kind, beside what is tried of any plugin. */
import type { Kind } from '../../contract/index.js';
import type { Trial } from '../check.js';
import type { Settings } from '../settings.js';
import type { Subject } from '../subject.js';
import { augmentationTrials } from './augmentation.js';
import { distanceTrials } from './distance.js';
import { encoderTrials, smallestInputs } from './encoder.js';
import { evaluatorTrials } from './evaluator.js';
import { headTrials } from './head.js';
import { lossTrials } from './loss.js';
import { optimizerTrials } from './optimizer.js';
import { samplerTrials } from './sampler.js';
import { scheduleTrials } from './schedule.js';
import { sourceTrials } from './source.js';
import { splitTrials } from './split.js';
import { trackerTrials } from './tracker.js';

type Trials = { readonly [K in Kind]: (subject: Subject<K>) => readonly Trial[] };
const trials: Trials = {
  encoder: encoderTrials,
  distance: distanceTrials,
  head: headTrials,
  loss: lossTrials,
  sampler: samplerTrials,
  source: sourceTrials,
  split: splitTrials,
  optimizer: optimizerTrials,
  schedule: scheduleTrials,
  augmentation: augmentationTrials,
  evaluator: evaluatorTrials,
  tracker: trackerTrials,
};
export const trialsOf = <K extends Kind>(subject: Subject<K>): readonly Trial[] =>
  (trials[subject.kind] as (subject: Subject<K>) => readonly Trial[])(subject);

/** Settings for trying the other choices of a plugin: on less than its defaults are tried on. */
export function forVariants(subject: Subject<Kind>): Settings {
  const { settings } = subject;
  if (subject.kind !== 'encoder') return settings;
  const inputs = smallestInputs(subject as Subject<'encoder'>);
  return inputs.length > 0 ? { ...settings, inputs } : settings;
}

/** Kinds that work on tensors: they are tried on every engine. */
export const onTensors: ReadonlySet<Kind> = new Set([
  'encoder',
  'distance',
  'head',
  'loss',
  'optimizer',
  'augmentation',
]);
/** Kinds whose other choices are tried too: a source or split of other options wants other data. */
export const withVariants: ReadonlySet<Kind> = new Set([...onTensors, 'sampler', 'schedule', 'evaluator']);
