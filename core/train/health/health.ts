import type { TrainingEvent } from '../events.js';
import { noActiveTuples, saturatedMargin } from './active-tuples.js';
import { collapse } from './collapse.js';
import { explodingNorms } from './exploding-norms.js';
import { labelPolarity } from './label-polarity.js';
import type { Detector, HealthKeys, HealthSignal } from './signal.js';

type Watcher = (event: TrainingEvent) => HealthSignal | null;

/**
 * Watches a training through its events. Returns what has newly gone wrong: a signal comes once, and again only after it
 * was gone.
 */
export function watchHealth(keys: HealthKeys): (event: TrainingEvent) => readonly HealthSignal[] {
  const watchers: readonly Watcher[] = [
    watching(collapse, keys),
    watching(explodingNorms, keys),
    watching(noActiveTuples, keys),
    watching(saturatedMargin, keys),
    watching(labelPolarity, keys),
  ];
  return (event) => watchers.flatMap((watch) => watch(event) ?? []);
}

function watching<S>(detector: Detector<S>, keys: HealthKeys): Watcher {
  let state = detector.initial;
  let isOn = false;
  return (event) => {
    const observed = detector.observe(state, event, keys);
    if (!observed) return null;
    state = observed.state;
    if (event.kind === 'step') return null; // detectors judge epochs and evaluations
    const before = isOn;
    isOn = observed.signal !== null;
    return before ? null : observed.signal;
  };
}
