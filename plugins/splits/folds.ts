import type { Assignment, Draw } from '../../core/contract/index.js';
import { balance } from './balance.js';
import { evenly } from './evenly.js';
import type { FoldUnits } from './fold-units.js';
import { partSizes } from './shares.js';

interface Fold {
  readonly folds: number;
  /** From 0. */
  readonly fold: number;
  readonly validation: number;
  readonly draw: Draw;
}

/** The part of every unit in one fold. */
export function holdOut(units: FoldUnits, fold: Fold): readonly Assignment[] {
  const parts: Assignment[] = [];
  for (const [i, order] of units.families.entries()) {
    const foldOf = foldsOf(units, order, fold);
    const at = (place: number): number => order[place]!;
    const held = [...order.keys()].filter((place) => foldOf[place] === fold.fold);
    for (const place of held) parts[at(place)] = 'test';
    const rest = rotated(order.length, (held.at(-1) ?? -1) + 1).filter((place) => foldOf[place] !== fold.fold);
    const others = rest.map(at);
    for (const unit of others) parts[unit] = 'train';
    for (const unit of forValidation(units, others, { ...fold, least: i === 0 ? 2 : 0 })) parts[unit] = 'validation';
  }
  return parts;
}

/** Places from one on, and around. */
const rotated = (count: number, from: number): number[] => Array.from({ length: count }, (_, i) => (from + i) % count);

/** The fold of each place of a family. */
function foldsOf({ sizes, strata }: FoldUnits, order: Int32Array, { folds, draw }: Fold): Int32Array {
  if (strata) return order.map((_, place) => place % folds); // neighbours are of one group
  if (!sizes) return order.map((_, place) => Math.floor((place * folds) / order.length));
  const own = order.map((unit) => sizes[unit]!);
  const each = own.reduce((sum, size) => sum + size, 0) / folds;
  return balance(own, new Array<number>(folds).fill(each), draw);
}

/** Of the units that are not held out. */
function forValidation(
  { sizes, strata }: FoldUnits,
  others: readonly number[],
  { validation, draw, least }: Fold & { readonly least: number },
): readonly number[] {
  if (validation === 0 || others.length === 0) return [];
  if (strata)
    return evenly(others, strata, {
      count: partSizes(others.length, { validation, test: 0 }, 1).validation,
      part: 'validation',
    });
  if (sizes) {
    const own = Int32Array.from(others, (unit) => sizes[unit]!);
    const total = own.reduce((sum, size) => sum + size, 0);
    const bins = balance(own, [validation * total, (1 - validation) * total], draw);
    return others.filter((_, place) => bins[place] === 0);
  }
  const enough = others.length >= 2 * least ? least : Math.min(1, least);
  return others.slice(0, partSizes(others.length, { validation, test: 0 }, enough).validation);
}
