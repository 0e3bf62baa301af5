import type { TrainingEvent } from '../events.js';

/** Something about a training that usually means that it goes wrong. */
export interface HealthSignal {
  /** Which of the states that troubleshooting describes. */
  readonly name: 'collapse' | 'exploding-norms' | 'no-active-tuples' | 'saturated-margin' | 'label-polarity';
  /** What was seen, and what to change, in one sentence. */
  readonly message: string;
  /** The recipe's key to change. */
  readonly key: string;
  /** The figures that it was seen by. */
  readonly values: Readonly<Record<string, number>>;
}

/** Keys of the recipe that the signals name. */
export interface HealthKeys {
  /** The margin of the loss, `loss.margin`; null: it has none. */
  readonly margin: string | null;
  /** What says which targets mean the same: `data.source.polarity`, or the relation itself. */
  readonly polarity: string;
}

/** A pure detector: what it remembers, and what an event adds. `signal`: it is so now; null: it is not. */
export interface Detector<S> {
  readonly initial: S;
  /** undefined: the event tells nothing. */
  observe(state: S, event: TrainingEvent, keys: HealthKeys): Observed<S> | undefined;
}
export interface Observed<S> {
  readonly state: S;
  readonly signal: HealthSignal | null;
}

/** A figure of an evaluation, null where it was not measured. */
export function figureOf(event: TrainingEvent, evaluator: string, metric: string): number | null {
  if (event.kind !== 'evaluation') return null;
  const value = event.evaluation[evaluator]?.values[metric];
  return value === undefined || Number.isNaN(value) ? null : value;
}
