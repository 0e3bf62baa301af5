import type { Detector, HealthKeys, HealthSignal } from './signal.js';

/** Of the logged steps of this epoch: the monitor `activeShare` of the losses. */
type Active = {
  readonly sum: number;
  readonly steps: number;
};
interface Epoch {
  /** Mean share of active tuples; null: the loss has no such monitor. */
  readonly share: number | null;
  readonly loss: number;
  readonly epoch: number;
}
const NONE = 0.01;
const ALL = 0.99;
const ZERO = 1e-9;
/** Before that many epochs an untrained network may well violate every margin. */
const PATIENCE = 2;

/** `of`: what counts where several losses tell of their tuples, so that a signal holds for all of them. */
function judging(
  of: (...shares: number[]) => number,
  judge: (of: Epoch, keys: HealthKeys) => HealthSignal | null,
): Detector<Active> {
  const initial = { sum: 0, steps: 0 };
  return {
    initial,
    observe({ sum, steps }, event, keys) {
      if (event.kind === 'step') {
        const shares = Object.entries(event.monitors).filter(([name]) => /(^|\.)activeShare$/.test(name));
        if (shares.length === 0) return undefined;
        return { state: { sum: sum + of(...shares.map(([, share]) => share)), steps: steps + 1 }, signal: null };
      }
      if (event.kind !== 'epoch') return undefined;
      const { loss, epoch } = event;
      return { state: initial, signal: judge({ share: steps === 0 ? null : sum / steps, loss, epoch }, keys) };
    },
  };
}

/**
 * Fewer than one tuple in a hundred costs anything, or the loss of a whole epoch is nothing where there is a margin to be
 * kept: nothing is learned any more.
 */
export const noActiveTuples = judging(Math.max, ({ share, loss }, { margin }) => {
  const key = margin ?? 'loss';
  const cure = `a larger ${key}, or harder tuples, give it something to do`;
  if (share !== null && share <= NONE) {
    const message = `only ${percent(share)} of the tuples are active, the others teach nothing; ${cure}`;
    return { name: 'no-active-tuples', message, key, values: { activeShare: share } };
  }
  if (share !== null || margin === null || Math.abs(loss) > ZERO) return null;
  const message = `the loss of a whole epoch is ${loss}, no tuple is active any more; ${cure}`;
  return { name: 'no-active-tuples', message, key, values: { loss } };
});

/** Nearly every tuple still violates the margin after some epochs: it asks for more than there is to have. */
export const saturatedMargin = judging(Math.min, ({ share, epoch }, { margin }) => {
  if (share === null || share < ALL || epoch <= PATIENCE) return null;
  const key = margin ?? 'loss';
  const message = `${percent(share)} of the tuples violate the margin after ${epoch} epochs, it is saturated; a smaller ${key} can be met`;
  return { name: 'saturated-margin', message, key, values: { activeShare: share } };
});

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))}%`;
