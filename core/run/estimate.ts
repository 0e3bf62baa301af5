import type { TrainingEvent } from '../train/events.js';

/** Tells once, after the first steps, how long the training will take: on the portable engine that may be hours. */
export function estimateTime(
  tell: (message: string) => void,
  now: () => number = () => performance.now(),
): (event: TrainingEvent) => void {
  let steps = 0;
  let first: { readonly step: number; readonly at: number } | null = null;
  let told = false;
  return (event) => {
    if (event.kind === 'begin') steps = event.steps;
    if (event.kind !== 'step' || told) return;
    if (first === null || event.step <= first.step) {
      first = { step: event.step, at: now() };
      return;
    }
    told = true;
    const each = (now() - first.at) / (event.step - first.step);
    tell(
      `portable engine: about ${duration((each * (steps - event.step)) / 1000)} of training to go; the native engine is several times as fast`,
    );
  };
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} minutes`;
  return `${(seconds / 3600).toFixed(1)} hours`;
}
