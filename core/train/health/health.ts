import type { Json } from '../../contract/index.js';
import type { TrainingEvent } from '../events.js';
import { noActiveTuples, saturatedMargin } from './active-tuples.js';
import { collapse } from './collapse.js';
import { explodingNorms } from './exploding-norms.js';
import { labelPolarity } from './label-polarity.js';
import type { Detector, HealthKeys, HealthSignal } from './signal.js';

interface Watcher {
  observe(event: TrainingEvent): HealthSignal | null;
  readonly memory: Json;
}

/** What watches a training through its events. */
export interface Health {
  /** What has newly gone wrong: a signal comes once, and again only after it was gone. */
  observe(event: TrainingEvent): readonly HealthSignal[];
  /** All that is remembered: a checkpoint holds it. */
  readonly memory: Json;
}

/** `memory`: of the training that is gone on with. */
export function watchHealth(keys: HealthKeys, memory: Json = null): Health {
  const known = Array.isArray(memory) ? (memory as readonly Json[]) : [];
  const watchers: readonly Watcher[] = [
    watching(collapse, keys, known[0]),
    watching(explodingNorms, keys, known[1]),
    watching(noActiveTuples, keys, known[2]),
    watching(saturatedMargin, keys, known[3]),
    watching(labelPolarity, keys, known[4]),
  ];
  return {
    observe: (event) => watchers.flatMap(({ observe }) => observe(event) ?? []),
    get memory() {
      return watchers.map((one) => one.memory);
    },
  };
}

function watching<S extends Json>(detector: Detector<S>, keys: HealthKeys, memory: Json | undefined): Watcher {
  const before = memory as { readonly state: S; readonly isOn: boolean } | undefined;
  let state = before ? before.state : detector.initial;
  let isOn = before?.isOn ?? false;
  return {
    observe(event) {
      const observed = detector.observe(state, event, keys);
      if (!observed) return null;
      state = observed.state;
      if (event.kind === 'step') return null; // detectors judge epochs and evaluations
      const wasOn = isOn;
      isOn = observed.signal !== null;
      return wasOn ? null : observed.signal;
    },
    get memory() {
      return { state, isOn };
    },
  };
}
