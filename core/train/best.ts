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

/** Better by more than `margin`. */
export function isBetter(value: number, best: number, how: { readonly better: Monitor['better']; readonly margin: number }): boolean {
  return how.better === 'higher' ? value > best + how.margin : value < best - how.margin;
}
