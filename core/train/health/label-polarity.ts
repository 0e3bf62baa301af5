import { type Detector, figureOf } from './signal.js';

const WORSE = 0.4;
/** Evaluations in a row: one may be bad luck. */
const PATIENCE = 2;

/** The network learns to tell pairs apart the wrong way round: targets may mean the opposite of what the recipe says. */
export const labelPolarity: Detector<number> = {
  initial: 0,
  observe(before, event, { polarity }) {
    const rocAuc = figureOf(event, 'verification', 'rocAuc');
    if (rocAuc === null) return undefined;
    const state = rocAuc < WORSE ? before + 1 : 0;
    if (state < PATIENCE) return { state, signal: null };
    const message = `verification.rocAuc is ${rocAuc.toFixed(3)} on validation, well below the 0.5 of guessing: do the labels mean the opposite? See ${polarity}`;
    return { state, signal: { name: 'label-polarity', message, key: polarity, values: { rocAuc } } };
  },
};
