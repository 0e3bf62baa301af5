import type { TrainingEvent } from '../train/events.js';

/** One line of metrics.jsonl. */
export function metricsLine(event: Exclude<TrainingEvent, { kind: 'begin' }>): unknown {
  if (event.kind !== 'evaluation') return { at: new Date().toISOString(), ...event };
  const values = Object.fromEntries(Object.entries(event.evaluation).map(([name, result]) => [name, result.values]));
  return { at: new Date().toISOString(), ...event, evaluation: values };
}
