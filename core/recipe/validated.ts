import type { DataFacts, Slots } from './draft.js';

/** Whether there will be validation data: without it no best model, no early stopping and no threshold can be chosen. */
export function hasValidation(slots: Pick<Slots, 'split'>, { description }: Pick<DataFacts, 'description'>): boolean {
  if (description?.parts?.includes('validation')) return true;
  const { split } = slots;
  if (!split) return true; // which is wrong, and has been said
  const { validation, column = null } = split.use.options;
  if (split.use.type === 'given') return column !== null || validation !== 0;
  return split.use.type !== 'none' && validation !== 0;
}
