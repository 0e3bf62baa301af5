import type { NamedArrays } from './weights.js';

/** What selects the best model: a metric's path and its direction. */
export interface Monitor {
  readonly path: string;
  readonly better: 'higher' | 'lower';
}

/** The best model so far: the monitored value, where it was reached, its weights. */
export interface Best {
  readonly value: number;
  readonly epoch: number;
  readonly step: number;
  readonly weights: NamedArrays;
}

/** What is remembered of the monitored metric. */
export interface Watched {
  readonly best: Best | null;
  /** Evaluations since it last improved by more than the minimum. */
  readonly waited: number;
  /** Its value then: small improvements add up against it. null: nothing was measured yet. */
  readonly reference: number | null;
}

/** Better by more than `margin`. */
function isBetter(value: number, than: number | null, how: { better: Monitor['better']; margin: number }): boolean {
  if (than === null) return true;
  return how.better === 'higher' ? value > than + how.margin : value < than - how.margin;
}

/** After one more evaluation. `best` is asked for the model only where it is the best so far. */
export function watch(
  { best, waited, reference }: Watched,
  value: number,
  how: { readonly better: Monitor['better']; readonly minimumDelta: number; readonly best: () => Best },
): Watched {
  const { better } = how;
  const enough = isBetter(value, reference, { better, margin: how.minimumDelta });
  return {
    best: isBetter(value, best?.value ?? null, { better, margin: 0 }) ? how.best() : best,
    waited: enough ? 0 : waited + 1,
    reference: enough ? value : reference,
  };
}
