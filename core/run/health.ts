import type { Plan } from '../recipe/types.js';
import type { TrainingEvent } from '../train/events.js';
import type { Health } from '../train/health/health.js';
import type { HealthKeys } from '../train/health/signal.js';

/** The recipe's keys that health signals name. */
export function healthKeys({ loss, data }: Plan): HealthKeys {
  const at = loss.findIndex(({ use }) => 'margin' in use.options);
  const path = loss.length === 1 ? 'loss' : `loss.${at}`;
  const hasPolarity = 'polarity' in data.source.options;
  return {
    margin: at < 0 ? null : `${path}.margin`,
    polarity: hasPolarity ? 'data.source.polarity' : 'data.relations',
  };
}

/** Passes events on, and after each what it says of the training's health. */
export function reportHealth(
  report: (event: TrainingEvent) => void,
  { observe }: Health,
): (event: TrainingEvent) => void {
  return (event) => {
    report(event);
    if (event.kind !== 'epoch' && event.kind !== 'evaluation' && event.kind !== 'step') return;
    const { step, epoch } = event;
    for (const signal of observe(event)) report({ kind: 'health', step, epoch, ...signal });
  };
}
